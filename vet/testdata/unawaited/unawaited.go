// Package unawaited makes futures and forgets them, and does other things with them that
// are right.
package unawaited

import "github.com/asyncgen/asyncgen/rt"

//async:func
func load(key string) int {
	rt.Yield().Await()
	return len(key)
}

func statement(key string) {
	loadAsync(key) // want `the future that loadAsync makes is dropped, so it never runs: await it, or start it with rt.Spawn`
}

func goStatement(key string) {
	go loadAsync(key) // want `the future that loadAsync makes is made on a goroutine and dropped there, so it never runs`
	go loadAsync(key).Await()
}

func deferStatement(key string) {
	defer loadAsync(key) // want `is made at the exit and dropped`
}

func blank(key string) {
	_ = loadAsync(key) // want `the future that loadAsync makes is dropped`
	_ = loadAsync(key).Await()
	_, n := rt.Yield(), 1 // want `the future that rt.Yield makes is dropped`
	_ = n
}

func variable(key string) {
	f := loadAsync(key) // want `the future that loadAsync makes is kept in f, which nobody polls`
	_ = f
	var g *loadFuture
	g = loadAsync(key) // want `is kept in g, which nobody polls`
	if g != nil {
		_ = g
	}
	func() {
		var h rt.Future[int] = loadAsync(key) // want `is kept in h, which nobody polls`
		_ = h
	}()
}

type holder struct{ f *loadFuture }

var shared = loadAsync("package-level variables may be used by other packages")

func used(key string) (*loadFuture, rt.Future[int]) {
	a := loadAsync(key)
	a.Await()
	b := loadAsync(key)
	rt.Spawn(b)
	c := loadAsync(key)
	c.Cancel()
	d := loadAsync(key)
	func() { d.Await() }()
	e := loadAsync(key)
	f := &holder{e}
	f.f = loadAsync(key)
	g := loadAsync(key)
	h := loadAsync
	i := h(key).Await()
	_ = rt.Future[int](a)
	_, _ = f, i
	return g, loadAsync(key)
}

func tasks(key string) {
	rt.Spawn(loadAsync(key))
	_ = rt.Spawn(loadAsync(key))
	t := rt.Spawn(loadAsync(key))
	_ = t
}

// builder has a method that gives back its receiver, so that calls can follow each other.
type builder struct{ f rt.Future[int] }

func (b *builder) Poll(cx *rt.Context) rt.Poll[int] { return b.f.Poll(cx) }
func (b *builder) Cancel()                          { b.f.Cancel() }
func (b *builder) named(string) *builder            { return b }
func newBuilder() *builder                          { return &builder{rt.Value(1)} }

func chain(b *builder) {
	b.named("x")
	newBuilder()     // want `the future that newBuilder makes is dropped`
	_ = newBuilder() // want `the future that newBuilder makes is dropped`
	rt.Await(newBuilder())
}
