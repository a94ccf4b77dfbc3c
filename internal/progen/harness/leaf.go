package harness

import (
	"runtime"

	"github.com/asyncgen/asyncgen/rt"
)

// leaf is what all futures of this package share: when they suspend, and what happens
// while they do. A leaf may be awaited again after it completed; each time is a new await.
type leaf struct {
	name string
	// effect runs when the await completes; it may change variables of the awaiting function.
	effect func()
	// boom is the value that the await panics with, if explodes is set.
	boom     any
	explodes bool

	begun bool // polled, and neither done nor cancelled
	left  int  // how often it still pends
}

// poll reports whether the await is complete. A leaf that is not wakes its task at once:
// the runner polls by hand and looks at wakes only to know that there was one.
func (l *leaf) poll(cx *rt.Context) bool {
	if !l.begun {
		l.begun = true
		run.open++
		l.left = run.nextAwait()
	}
	if l.left > 0 || run.spurious { // a poll that nobody asked for finds nothing new
		if !run.spurious {
			l.left--
		}
		cx.Waker().Wake()
		return false
	}
	l.begun = false
	run.open--
	l.complete()
	return true
}

// block is what Await does in plain code: the same await without suspension.
func (l *leaf) block() {
	_ = *l // a nil pointer fails before anything happens
	run.nextAwait()
	if run.inTask == 0 && run.awaits == run.exitAt {
		run.exits++
		runtime.Goexit()
	}
	l.complete()
}

func (l *leaf) complete() {
	Tick()
	event("await %s", l.name)
	if l.effect != nil {
		l.effect()
	}
	if l.explodes {
		panic(l.boom)
	}
}

// Cancel ends an await that has begun. It leaves no event: nothing that the plain
// function does corresponds to it.
func (l *leaf) Cancel() {
	if l.begun {
		l.begun = false
		run.open--
	}
}

// LaterFuture yields a value.
type LaterFuture[T any] struct {
	rt.Pin
	leaf
	v T
}

// Later yields v.
//
//async:new
func Later[T any](name string, v T) *LaterFuture[T] {
	return &LaterFuture[T]{leaf: leaf{name: name}, v: v}
}

// Do yields v; effect happens during the await.
//
//async:new
func Do[T any](name string, effect func(), v T) *LaterFuture[T] {
	return &LaterFuture[T]{leaf: leaf{name: name, effect: effect}, v: v}
}

// Boom panics with boom when it is awaited; v only gives the type.
//
//async:new
func Boom[T any](name string, boom any, v T) *LaterFuture[T] {
	return &LaterFuture[T]{leaf: leaf{name: name, boom: boom, explodes: true}, v: v}
}

// Kept is Later without the mark of a constructor, so that its future stays behind
// its pointer.
func Kept[T any](name string, v T) *LaterFuture[T] {
	return &LaterFuture[T]{leaf: leaf{name: name}, v: v}
}

// Poll implements rt.Future.
func (f *LaterFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	if !f.poll(cx) {
		return rt.Pending[T]()
	}
	return rt.Ready(f.v)
}

// Await completes the await at once.
func (f *LaterFuture[T]) Await() T {
	f.block()
	return f.v
}

// A ValueFuture has its methods without being a pointer.
type ValueFuture[T any] struct{ at *LaterFuture[T] }

// Value yields v.
func Value[T any](name string, v T) ValueFuture[T] { return ValueFuture[T]{Kept(name, v)} }

// Poll implements rt.Future.
func (f ValueFuture[T]) Poll(cx *rt.Context) rt.Poll[T] { return f.at.Poll(cx) }

// Await completes the await at once.
func (f ValueFuture[T]) Await() T { return f.at.Await() }

// Cancel ends an await that has begun.
func (f ValueFuture[T]) Cancel() { f.at.Cancel() }

// ErrFuture yields a value and an error.
type ErrFuture[T any] struct {
	rt.Pin
	leaf
	v   T
	err error
}

// LaterErr yields v and err.
//
//async:new
func LaterErr[T any](name string, v T, err error) *ErrFuture[T] {
	return &ErrFuture[T]{leaf: leaf{name: name}, v: v, err: err}
}

// Poll implements rt.Future.
func (f *ErrFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	if !f.poll(cx) {
		return rt.Pending[T]()
	}
	return rt.Poll[T]{Value: f.v, Err: f.err, Ready: true}
}

// Await completes the await at once.
func (f *ErrFuture[T]) Await() (T, error) {
	f.block()
	return f.v, f.err
}

// FailFuture yields an error alone.
type FailFuture struct {
	rt.Pin
	leaf
	err error
}

// Fail yields err.
//
//async:new
func Fail(name string, err error) *FailFuture {
	return &FailFuture{leaf: leaf{name: name}, err: err}
}

// Poll implements rt.Future.
func (f *FailFuture) Poll(cx *rt.Context) rt.Poll[struct{}] {
	if !f.poll(cx) {
		return rt.Pending[struct{}]()
	}
	return rt.Poll[struct{}]{Err: f.err, Ready: true}
}

// Await completes the await at once.
func (f *FailFuture) Await() error {
	f.block()
	return f.err
}

// BothResult holds the values of a [BothFuture].
type BothResult[A, B any] struct {
	First  A
	Second B
}

// BothFuture yields two values and an error.
type BothFuture[A, B any] struct {
	rt.Pin
	leaf
	v   BothResult[A, B]
	err error
}

// Both yields a, b and err.
//
//async:new
func Both[A, B any](name string, a A, b B, err error) *BothFuture[A, B] {
	return &BothFuture[A, B]{leaf: leaf{name: name}, v: BothResult[A, B]{a, b}, err: err}
}

// Poll implements rt.Future.
func (f *BothFuture[A, B]) Poll(cx *rt.Context) rt.Poll[BothResult[A, B]] {
	if !f.poll(cx) {
		return rt.Pending[BothResult[A, B]]()
	}
	return rt.Poll[BothResult[A, B]]{Value: f.v, Err: f.err, Ready: true}
}

// Await completes the await at once.
func (f *BothFuture[A, B]) Await() (A, B, error) {
	f.block()
	return f.v.First, f.v.Second, f.err
}

// StepFuture has no result.
type StepFuture struct {
	rt.Pin
	leaf
}

// Step only happens; effect may be nil.
//
//async:new
func Step(name string, effect func()) *StepFuture {
	return &StepFuture{leaf: leaf{name: name, effect: effect}}
}

// Poll implements rt.Future.
func (f *StepFuture) Poll(cx *rt.Context) rt.Poll[struct{}] {
	if !f.poll(cx) {
		return rt.Pending[struct{}]()
	}
	return rt.Ready(struct{}{})
}

// Await completes the await at once.
func (f *StepFuture) Await() { f.block() }

// Both completes the await at once, see [Await].
func (f *LaterFuture[T]) Both() (T, error) {
	f.block()
	return f.v, nil
}
