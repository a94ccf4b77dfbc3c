package rt

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Run polls f on the caller's goroutine until it is ready and returns what it was ready
// with. Between polls the goroutine is parked; timers and descriptors that f waits for
// belong to r, or to [Default] if r is nil. Any goroutine may call it. A panic of f passes
// through to the caller. Called inside a poll it blocks that poll, which slows down that
// one task.
func Run[T any](r *Runtime, f Future[T]) (T, error) {
	p := block(r, f)
	return p.Value, p.Err
}

// Await waits for f: Run(Default(), f). In the body of an annotated function it marks an
// await, and the machine made from it suspends there instead.
func Await[T any](f Future[T]) (T, error) {
	p := block(nil, f)
	return p.Value, p.Err
}

// Block is what the Await methods of generated machines call: Run on the default runtime.
// The second argument is not used. It is there for Await to mention the machine's Poll
// method statically, because the order in which Go initialises package variables follows
// such references, and must be the same as for the function the machine was made from.
func Block[T any](f Future[T], poll any) Poll[T] { return block(nil, f) }

// block polls f until it is ready.
func block[T any](r *Runtime, f Future[T]) Poll[T] {
	b := blockers.Get().(*blocker)
	b.cx.rt = r
	for {
		b.cx.begin()
		p := f.Poll(&b.cx)
		if p.Ready {
			b.release()
			return p
		}
		b.park()
	}
}

// blockers keeps blockers for the next call: a blocker that is reached by an old waker
// suffers one poll too many, which every future allows. One whose future panicked is left
// to the garbage collector.
var blockers = sync.Pool{New: func() any {
	b := &blocker{}
	b.kind = wakeBlocker
	b.cx.waker = Waker{&b.wakeTarget}
	b.token.Lock()
	return b
}}

// A blocker parks a goroutine between the polls of the future that it is blocked on.
type blocker struct {
	wakeTarget
	cx Context
	// woken is true from a wake until the poll that answers it: a wake during the poll is
	// found by the park that follows.
	woken atomic.Bool
	// token is unlocked exactly while woken is true and the wake that made it so is over.
	// It is a mutex, which only ever has one goroutine that waits, rather than a channel,
	// because a channel that is made in a bubble of testing/synctest must not be used outside,
	// and blockers are used again anywhere; nor may one outside wake a Cond inside.
	token sync.Mutex
}

func (b *blocker) wake() {
	// After an earlier wake that was not answered yet one poll serves both.
	if !b.woken.Swap(true) {
		b.token.Unlock()
	}
}

// release makes b ready for the next call.
func (b *blocker) release() {
	b.cx.rt, b.cx.home, b.cx.locals = nil, nil, nil
	blockers.Put(b)
}

// park waits for a wake. One that came during the poll means that the future gives way
// (see [Yield]): so does its goroutine.
func (b *blocker) park() {
	if r := b.cx.rt; r != nil && r.sim != nil && !r.sim.intruding() {
		r.sim.help(b)
	}
	if b.token.TryLock() {
		runtime.Gosched()
	} else {
		b.token.Lock()
	}
	// Swap, not Store: what happened before a wake that found true happens before the poll.
	b.woken.Swap(false)
}
