// Package loadorder reads variables beside awaits that change them.
package loadorder

import "github.com/asyncgen/asyncgen/rt"

var total int

var table = map[string]int{}

//async:func
func count(n int) int {
	rt.Yield().Await()
	total += n
	table["count"]++
	return n
}

//async:func
func packageVariable(n int) int {
	a := total + countAsync(n).Await() // want `total is read after the await of countAsync\(n\), which changes it \(loadorder.go:13\): put the value that is meant into a variable`
	b := countAsync(n).Await() + total
	total += countAsync(n).Await()                 // want `total is read after the await`
	c := table["count"] + countAsync(n).Await()    // want `table\["count"\] is read after the await`
	d := add(total, countAsync(n).Await())         // want `total is read after the await`
	e := add(add(total, 1), countAsync(n).Await()) // the inner call reads it before
	if total > 0 && countAsync(n).Await() > 0 {
		return total
	}
	if total > countAsync(n).Await() { // want `total is read after the await`
		return 0
	}
	list := []int{total, countAsync(n).Await()} // want `total is read after the await`
	list[total] = countAsync(n).Await()         // want `total is read after the await`
	list[0] = total
	total = countAsync(n).Await()
	p := &total
	*p = len(list) + countAsync(n).Await()
	return a + b + c + d + e
}

//async:func
func results(n int) (int, int) {
	return total, countAsync(n).Await() // want `total is read after the await`
}

func add(a, b int) int { return a + b }

// In plain functions the order is the same.
func plain(n int) int {
	return total + countAsync(n).Await() // want `total is read after the await`
}

type quota struct {
	used, limit int
	log         []int
	next        *quota
}

//async:func
func (q *quota) ask() int {
	rt.Yield().Await()
	q.used = 1
	q.log[0] = 1
	return q.limit
}

//async:func
func (q *quota) several(other *quota) int {
	q.used += q.askAsync().Await()  // want `q.used is read after the await of q.askAsync\(\), which changes it`
	q.limit += q.askAsync().Await() // which is not changed
	q.used += other.askAsync().Await()
	f := q.askAsync()
	n := q.log[0] + f.Await() // want `q.log\[0\] is read after the await of f`
	m := use(q.log, q.askAsync().Await())
	k := q.next.used + q.next.askAsync().Await() // want `q.next.used is read after the await`
	j := q.used + q.next.askAsync().Await()
	q.askAsync().Await()
	return n + m + k + j
}

func use(log []int, n int) int { return n + len(log) }

func (q *quota) reset() { q.used = 0 }

//async:func
func clear(p *quota, n int) int {
	rt.Yield().Await()
	p.reset()
	n = 0
	return n
}

//async:func
func through(a, b *quota, v quota, n int) int {
	x := a.used + clearAsync(a, n).Await() // want `a.used is read after the await`
	x += a.used + clearAsync(b, n).Await()
	x += v.used + clearAsync(&v, n).Await() // want `v.used is read after the await`
	return x + n + clearAsync(a, n).Await()
}

//async:func
func literals(n int) int {
	x := n
	sum, _ := rt.Async(func() (int, error) {
		n++
		return n, nil
	}).Await()
	a := x + awaitInt(rt.Async(func() (int, error) { x++; return x, nil })).Await() // want `x is read after the await`
	return n + sum + a
}

//async:new
func awaitInt(f rt.Future[int]) *wrapped { return &wrapped{f: f} }

type wrapped struct {
	rt.Pin
	f rt.Future[int]
}

func (w *wrapped) Poll(cx *rt.Context) rt.Poll[int] { return w.f.Poll(cx) }
func (w *wrapped) Cancel()                          { w.f.Cancel() }
func (w *wrapped) Await() int                       { return rt.Block(w, (*wrapped).Poll).Value }

// Each call has its own variables.
//
//async:func
func recursive(n int) int {
	if n == 0 {
		return 0
	}
	n--
	sum := 0
	func() { sum += n }()
	return n + sum + recursiveAsync(n).Await()
}

type both struct {
	rt.Pin
	a, b rt.Future[int]
}

func newBoth(a, b rt.Future[int]) *both { return &both{a: a, b: b} }

func (*both) Poll(*rt.Context) rt.Poll[int] { return rt.Ready(0) }
func (*both) Cancel()                       {}
func (*both) Await() int                    { return 0 }

//async:func
func combined(index []int, i *int) int {
	a := total + newBoth(rt.Value(1), countAsync(1)).Await() // want `total is read after the await`
	b := index[total] + countAsync(1).Await()                // want `total is read after the await`
	c := *i + bumpAsync(i).Await()                           // want `\*i is read after the await`
	return a + b + c
}

//async:func
func bump(i *int) int {
	*i++
	return *i
}
