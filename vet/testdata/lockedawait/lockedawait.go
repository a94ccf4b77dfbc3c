// Package lockedawait holds locks, over awaits and otherwise.
package lockedawait

import (
	"sync"

	"github.com/asyncgen/asyncgen/rt"
)

//async:func
func fetch(key string) int {
	rt.Yield().Await()
	return len(key)
}

type cache struct {
	mu      sync.Mutex
	entries map[string]int
}

//async:func
func (c *cache) load(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries[key] = fetchAsync(key).Await() // want `c.mu, locked at line \d+, is held over this await: give it back before`
}

func (c *cache) set(key string, v int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries[key] = v
}

//async:func
func (c *cache) right(key string) {
	c.set(key, fetchAsync(key).Await())
	c.mu.Lock()
	c.entries[key]++
	c.mu.Unlock()
	fetchAsync(key).Await()
	c.mu.Lock()
	c.entries[key]++
	c.mu.Unlock()
}

//async:func
func branches(mu *sync.Mutex, deep bool) {
	if deep {
		mu.Lock()
	}
	fetchAsync("").Await() // want `mu, locked at line \d+, is held over this await`
	if deep {
		mu.Unlock()
	}
	mu.Lock()
	if deep {
		mu.Unlock()
		fetchAsync("").Await()
		return
	}
	mu.Unlock()
	fetchAsync("").Await()
}

//async:func
func loop(mu *sync.Mutex, n int) {
	for range n {
		fetchAsync("").Await() // want `mu, locked at line \d+`
		mu.Lock()
	}
	for range n {
		mu.Unlock()
	}
}

//async:func
func kinds(rw *sync.RWMutex, l sync.Locker, other *sync.Mutex) {
	rw.RLock()
	fetchAsync("").Await() // want `rw, locked at line \d+`
	rw.RUnlock()
	rw.Lock()
	rw.RUnlock()
	fetchAsync("").Await() // want `rw, locked at line \d+`
	rw.Unlock()
	l.Lock()
	other.Unlock()
	rt.Await[int](fetchAsync("")) // want `l, locked at line \d+`
	l.Unlock()
	if other.TryLock() {
		fetchAsync("").Await() // want `other, locked at line \d+`
		other.Unlock()
	}
	if !other.TryLock() {
		fetchAsync("").Await()
		return
	}
	fetchAsync("").Await() // want `other, locked at line \d+`
	other.Unlock()
	fetchAsync("").Await()
}

type embeds struct {
	sync.Mutex
	inner struct{ sync.RWMutex }
}

//async:func
func (e *embeds) use(list []embeds) {
	e.Lock()
	e.Mutex.Unlock()
	fetchAsync("").Await()
	e.inner.RLock()
	fetchAsync("").Await() // want `e.inner.RWMutex, locked at line \d+`
	e.inner.RWMutex.RUnlock()
	list[0].Lock()
	fetchAsync("").Await() // want `list\[0\].Mutex, locked at line \d+`
	list[0].Unlock()
	(&list[1]).Lock()
	list[1].Unlock()
	fetchAsync("").Await()
}

//async:func
func operands(mu *sync.Mutex) {
	mu.Lock()
	use(fetchAsync("").Await())       // want `mu, locked`
	defer use(fetchAsync("").Await()) // want `mu, locked`
	go use(fetchAsync("").Await())    // want `mu, locked`
	go fetchAsync("").Await()
	defer mu.Unlock()
	if fetchAsync("").Await() > 0 { // want `mu, locked`
		return
	}
}

func use(int) {}

//async:func
func literals(mu *sync.Mutex) {
	mu.Lock()
	func() { // want `mu, locked at line \d+, is held over this await`
		fetchAsync("").Await()
	}()
	f := func() { fetchAsync("").Await() }
	func() { f() }()
	g := rt.Async(func() (int, error) {
		return fetchAsync("").Await(), nil
	})
	mu.Unlock()
	g.Await()
	func() {
		mu.Lock()
		defer func() { mu.Unlock() }()
		fetchAsync("").Await() // want `mu, locked`
	}()
	rt.Async(func() (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return fetchAsync("").Await(), nil // want `mu, locked`
	}).Await()
}

// In plain functions a lock may be held, as it may be while the goroutine waits for anything
// else.
func plain(mu *sync.Mutex) {
	mu.Lock()
	defer mu.Unlock()
	fetchAsync("").Await()
}

type store struct {
	mu sync.Mutex
	n  int
}

func (s *store) lock() { s.mu.Lock() }

func (s *store) unlock() {
	s.n++
	s.mu.Unlock()
}

func (s *store) locked() func() {
	s.mu.Lock()
	return s.mu.Unlock
}

func (s *store) add() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
}

func release(mu *sync.Mutex) { mu.Unlock() }

var global sync.Mutex

func lockGlobal() {
	if !global.TryLock() {
		global.Lock()
	}
}

//async:func
func helpers(s *store, other *store, done func()) {
	s.lock()
	fetchAsync("").Await() // want `s.mu, locked at line \d+, is held over this await`
	other.add()
	fetchAsync("").Await() // want `s.mu, locked`
	s.unlock()
	fetchAsync("").Await()

	s.mu.Lock()
	release(&s.mu)
	fetchAsync("").Await()

	s.mu.Lock()
	done()
	fetchAsync("").Await()

	unlock := s.locked()
	unlock()
	fetchAsync("").Await()

	lockGlobal()
	fetchAsync("").Await() // want `global, locked`
	global.Unlock()
	fetchAsync("").Await()

	s.mu.Lock()
	later := s.mu.Unlock
	later()
	fetchAsync("").Await()

	s.mu.Lock()
	defer s.unlock()
	done()
	fetchAsync("").Await() // want `s.mu, locked`
}

//async:func
func nested(s *store) {
	s.mu.Lock()
	s.countAsync().Await() // want `s.mu, locked`
	s.mu.Unlock()
}

// What this takes it gives back, so it does not unlock for its caller.
//
//async:func
func (s *store) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// Deferred calls run in the opposite order.
//
//async:func
func deferred(mu, other *sync.Mutex) {
	defer fetchAsync("").Await()
	mu.Lock()
	defer mu.Unlock()
	defer fetchAsync("").Await() // want `mu, locked`
	defer func() {               // want `mu, locked`
		fetchAsync("").Await()
	}()
	other.Lock()
	defer fetchAsync("").Await() // want `mu, locked`
	other.Unlock()
	defer func() { // want `mu, locked`
		other.Lock()
		fetchAsync("").Await() // want `other, locked`
		other.Unlock()
	}()
}
