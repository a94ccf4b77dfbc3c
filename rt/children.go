package rt

import (
	"slices"
	"sync"
)

// This file is what the combinators for any number of futures have in common. They poll only those
// children that were woken, since to poll all of them for each would cost n polls n times. So
// each child has a waker of its own, which notes which child it was and wakes whoever polls the
// combinator.
//
// A waker may be called long after the end, when the place of the combinator's future serves another
// purpose. The wakers therefore belong to an object beside the future, a brood.

// A brood knows which children of a combinator are to be polled.
type brood struct {
	mu    sync.Mutex // guards what follows, but not the children's other fields
	waker Waker      // of the latest poll of the combinator
	// woken are the children that were woken since they were last polled, each once.
	woken []int32
	// spare is woken as the last poll has left it. It belongs to the poll.
	spare    []int32
	children []broodChild
}

// A broodChild is what stands behind a child's waker.
type broodChild struct {
	wakeTarget
	brood *brood
	index int32
	woken bool // it is in brood.woken; guarded by its lock
	// open: the child has not ended. Only polls and Cancel look at it.
	open bool
}

// newBrood returns a brood of n children, all of which are to be polled.
func newBrood(n int) *brood {
	b := &brood{
		woken:    make([]int32, n),
		spare:    make([]int32, 0, n),
		children: make([]broodChild, n),
	}
	for i := range b.children {
		b.woken[i] = int32(i)
		b.children[i] = broodChild{wakeTarget: wakeTarget{kind: wakeChild}, brood: b, index: int32(i), woken: true, open: true}
	}
	return b
}

// waker returns the waker of child i.
func (b *brood) wakerOf(i int32) Waker { return Waker{&b.children[i].wakeTarget} }

// wake is what a child's waker does.
func (c *broodChild) wake() {
	b := c.brood
	b.mu.Lock()
	var w Waker
	if !c.woken {
		c.woken = true
		b.woken = append(b.woken, c.index)
		w = b.waker
	}
	b.mu.Unlock()
	w.Wake()
}

// take begins a poll with the waker w: it returns the children to be polled, which from now on
// can be woken again. The result is good until the next call.
func (b *brood) take(w Waker) []int32 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waker = w
	b.woken, b.spare = b.spare[:0], b.woken
	for _, i := range b.spare {
		b.children[i].woken = false
	}
	return b.spare
}

// all returns all children that have not ended, for a poll that has news for each of them. It comes after
// take, and its result is good until the next call of that.
func (b *brood) all() []int32 {
	b.spare = b.spare[:0]
	for i := range b.children {
		if b.children[i].open {
			b.spare = append(b.spare, int32(i))
		}
	}
	return b.spare
}

// A many is the state of a combinator for any number of futures, whose result is an R.
type many[T any, F Future[T], R any] struct {
	combinator[R] // its only child is all the children
	brood         *brood
	futures       []F
	left          int   // children that have not ended
	polled        int32 // the child that was polled last
}

// begin begins a poll. If it is false, nothing is left to poll but m.again.
func (m *many[T, F, R]) begin(name string) bool {
	if !m.combinator.begin(1, name) {
		return false
	}
	if m.brood == nil {
		m.brood, m.left = newBrood(len(m.futures)), len(m.futures)
	}
	return true
}

// poll polls the children that were woken, or all of them if the task is to stop, and calls ended with the outcome of those that are
// ready, until it returns false.
func (m *many[T, F, R]) poll(cx *Context, ended func(i int, p Poll[T]) bool) {
	outer := cx.waker
	defer func() { cx.waker = outer }()
	due := m.brood.take(outer)
	if cx.Stopped() != nil {
		due = m.brood.all() // nobody wakes a child to tell it that the task is to stop
	}
	for _, i := range due {
		c := &m.brood.children[i]
		if !c.open {
			continue // it was woken once more after its end
		}
		c.open = false // if it panics, it is not touched again
		m.polled, cx.waker = i, m.brood.wakerOf(i)
		p := m.futures[i].Poll(cx)
		if !p.Ready {
			c.open = true
			continue
		}
		if m.left--; !ended(int(i), p) {
			return
		}
	}
}

// cancelChild cancels all children that have not ended, also those behind one whose Cancel panics.
func (m *many[T, F, R]) cancelChild(int) {
	if m.brood == nil {
		m.brood = newBrood(len(m.futures))
	}
	m.cancelFrom(0)
}

func (m *many[T, F, R]) cancelFrom(i int) {
	defer func() {
		if i < len(m.futures) {
			m.cancelFrom(i)
		}
	}()
	for i < len(m.futures) {
		c := &m.brood.children[i]
		i++
		if c.open {
			c.open = false
			m.futures[i-1].Cancel()
		}
	}
}

// Cancel cancels the futures that have not ended.
func (m *many[T, F, R]) Cancel() { m.cancel(m, 1) }

// A JoinAllFuture waits for any number of futures, see [JoinAll].
type JoinAllFuture[T any, F Future[T]] struct {
	Pin
	many[T, F, []Result[T]]
	got []Result[T]
}

// JoinAll returns a future that is ready when all fs have ended, with the result of each in its
// place, whether or not some of them fail. They are polled in turn, each only when it was woken. If
// one panics, the others are canceled. The slice fs belongs to the future from then on.
//
//async:new children
func JoinAll[T any, F Future[T]](fs ...F) *JoinAllFuture[T, F] {
	return &JoinAllFuture[T, F]{many: many[T, F, []Result[T]]{futures: fs}}
}

// Poll is ready when all futures have ended.
func (f *JoinAllFuture[T, F]) Poll(cx *Context) (out Poll[[]Result[T]]) {
	if !f.begin("rt.JoinAll") {
		return f.again(cx)
	}
	defer f.leave(cx, f, &out)
	if f.got == nil {
		f.got = make([]Result[T], len(f.futures))
	}
	f.poll(cx, func(i int, p Poll[T]) bool {
		f.got[i] = resultOf(p)
		return true
	})
	if f.left > 0 {
		return f.pending()
	}
	out = Ready(f.got)
	f.end(cx, f, &out)
	return out
}

// Await waits for all futures.
func (f *JoinAllFuture[T, F]) Await() []Result[T] {
	return Block(f, (*JoinAllFuture[T, F]).Poll).Value
}

// A TryJoinFuture waits for any number of futures to succeed, see [TryJoin].
type TryJoinFuture[T any, F Future[T]] struct {
	Pin
	many[T, F, []T]
	got []T
}

// TryJoin returns a future that is ready with the values of all fs, each in its place, when all of
// them have ended without an error. The first one that fails, or panics, has the others
// canceled; TryJoin then fails with its error and without values. Otherwise it is as [JoinAll].
//
//async:new children
func TryJoin[T any, F Future[T]](fs ...F) *TryJoinFuture[T, F] {
	return &TryJoinFuture[T, F]{many: many[T, F, []T]{futures: fs}}
}

// Poll is ready when all futures have ended, or one has failed.
func (f *TryJoinFuture[T, F]) Poll(cx *Context) (out Poll[[]T]) {
	if !f.begin("rt.TryJoin") {
		return f.again(cx)
	}
	defer f.leave(cx, f, &out)
	if f.got == nil {
		f.got = make([]T, len(f.futures))
	}
	var err error
	f.poll(cx, func(i int, p Poll[T]) bool {
		f.got[i], err = p.Value, p.Err
		return err == nil
	})
	switch {
	case err != nil:
		out = Fail[[]T](err)
	case f.left > 0:
		return f.pending()
	default:
		out = Ready(f.got)
	}
	f.end(cx, f, &out)
	return out
}

// Await waits for all futures, or for the first that fails.
func (f *TryJoinFuture[T, F]) Await() ([]T, error) {
	p := Block(f, (*TryJoinFuture[T, F]).Poll)
	return p.Value, p.Err
}

// A RaceFuture waits for the first of any number of futures, see [Race].
type RaceFuture[T any, F Future[T]] struct {
	Pin
	many[T, F, T]
	turned bool // the order of the first poll was chosen
}

// Race returns a future that is ready with the result of the first of fs that ends, be it an error,
// and cancels the others. If several are ready at once, one of them wins at random. Otherwise it
// is as [JoinAll]. A race of no futures panics.
//
//async:new children
func Race[T any, F Future[T]](fs ...F) *RaceFuture[T, F] {
	return &RaceFuture[T, F]{many: many[T, F, T]{futures: fs}}
}

// Poll is ready when one of the futures is.
func (f *RaceFuture[T, F]) Poll(cx *Context) (out Poll[T]) {
	if len(f.futures) == 0 {
		panic("rt.Race: no futures")
	}
	if !f.begin("rt.Race") {
		return f.again(cx)
	}
	defer f.leave(cx, f, &out)
	if !f.turned {
		f.turned = true
		f.turn(int(cx.Random() % uint64(len(f.futures))))
	}
	f.poll(cx, func(_ int, p Poll[T]) bool {
		out = p
		return false
	})
	if !out.Ready {
		return f.pending()
	}
	f.end(cx, f, &out)
	return out
}

// turn has the first poll begin with child n. Later ones go by the order of the wakes.
func (f *RaceFuture[T, F]) turn(n int) {
	order := f.brood.woken
	slices.Reverse(order[:n])
	slices.Reverse(order[n:])
	slices.Reverse(order)
}

// Await waits for the first of the futures.
func (f *RaceFuture[T, F]) Await() (T, error) {
	p := Block(f, (*RaceFuture[T, F]).Poll)
	return p.Value, p.Err
}
