package achan

import (
	"sync"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A Source receives from a Go channel. Make it with [From]. Any number of goroutines may use
// it. It has to be closed, unless the Go channel is.
//
// Nothing tells a future when a Go channel has a message, so a goroutine has to wait there, a
// pump. It runs only while somebody wants a message, brings one, and ends. If nobody wants that
// any more, since the receive was canceled, it is kept for the next one.
type Source[T any] struct {
	from <-chan T
	mu   sync.Mutex // guards what follows

	waiters waitlist.List
	pumping bool          // a pump is under way
	place   slot          // what kept is
	kept    T             // what a pump has brought
	ended   bool          // the Go channel or the Source is closed
	closed  chan struct{} // closed to end the pump; made with the first one
}

// A slot says whether there is a message in [Source.kept].
type slot uint8

const (
	slotEmpty   slot = iota // no
	slotFree                // yes, for whoever comes first; nobody waits then
	slotOffered             // yes, and it belongs to a waiter that was woken
)

// From returns a [Source] of what is received from ch. Others may receive from ch, too.
func From[T any](ch <-chan T) *Source[T] { return &Source[T]{from: ch} }

// Recv returns a future of the next message. It fails with [ErrClosed] when the Go channel is
// closed and all its messages were received, or when the Source is closed; and with
// [rt.ErrStopped] if the task was asked to stop. Receives that wait are served in the order in
// which they began to. If the future is canceled before it is ready, no message is lost: one
// that was taken from the Go channel for it is kept for the next.
//
//async:new
func (s *Source[T]) Recv() *SourceFuture[T] { return &SourceFuture[T]{source: s} }

// TryRecv receives a message that is there. Otherwise it fails with [ErrEmpty] or
// [ErrClosed]. While a receive waits, and after one that was canceled, a message is there
// only when the pump has brought it.
func (s *Source[T]) TryRecv() (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.take()
}

// take is TryRecv with the lock held.
func (s *Source[T]) take() (v T, err error) {
	switch {
	case s.place == slotFree:
		return s.unload(), nil
	case s.ended:
		return v, ErrClosed
	case s.pumping || s.place == slotOffered:
		return v, ErrEmpty // what is in the Go channel comes after what the pump may have taken
	}
	select {
	case v, ok := <-s.from:
		if ok {
			return v, nil
		}
		s.ended = true
		return v, ErrClosed
	default:
		return v, ErrEmpty
	}
}

// unload empties the slot.
func (s *Source[T]) unload() (v T) {
	var zero T
	v, s.kept, s.place = s.kept, zero, slotEmpty
	return v
}

// pump sends a pump for those who wait, unless one is under way or its slot is not empty.
func (s *Source[T]) pump() {
	if s.waiters.Empty() || s.pumping || s.place != slotEmpty || s.ended {
		return
	}
	if s.closed == nil {
		s.closed = make(chan struct{})
	}
	s.pumping = true
	go s.fetch(s.closed)
}

// fetch is the pump. It brings one message.
func (s *Source[T]) fetch(closed <-chan struct{}) {
	var wakers []rt.Waker
	select {
	case v, ok := <-s.from:
		s.mu.Lock()
		switch {
		case s.ended:
		case !ok:
			s.ended = true
			wakers = s.waiters.Drop(nil)
		default:
			s.kept = v
			wakers = s.offer(nil)
		}
	case <-closed:
		s.mu.Lock()
	}
	s.pumping = false
	s.mu.Unlock()
	for _, k := range wakers {
		k.Wake()
	}
}

// offer gives what is kept to the first who waits, or else to whoever comes.
func (s *Source[T]) offer(wakers []rt.Waker) []rt.Waker {
	if s.waiters.Empty() {
		s.place = slotFree
		return wakers
	}
	s.place = slotOffered
	return append(wakers, s.waiters.Grant())
}

// Close ends the pump, if there is one; closing again does nothing. Receives that wait fail
// with [ErrClosed]. What a pump has brought for a receive that was canceled is lost.
func (s *Source[T]) Close() {
	s.mu.Lock()
	s.ended = true
	s.unload()
	if s.closed != nil {
		close(s.closed)
		s.closed = nil
	}
	wakers := s.waiters.Drop(nil)
	s.mu.Unlock()
	for _, k := range wakers {
		k.Wake()
	}
}

// A SourceFuture is the future of [Source.Recv].
type SourceFuture[T any] struct {
	rt.Pin
	source *Source[T] // nil when it is done
	wait   waitlist.Waiter
}

// Poll is ready with a message when there is one.
func (f *SourceFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	s := f.source
	if s == nil {
		panic(rt.Completed("achan.Source.Recv"))
	}
	if err := cx.Stopped(); err != nil || !cx.CanSpend() {
		if !cx.Spend() {
			return rt.Pending[T]()
		}
		f.source = nil
		s.leave(cx, &f.wait)
		return rt.Fail[T](err)
	}
	v, err := s.receive(cx, &f.wait)
	if err == ErrEmpty {
		return rt.Pending[T]()
	}
	cx.Spend()
	f.source = nil
	return rt.Finish(v, err)
}

// receive receives for w. It fails with [ErrEmpty] if w has to wait.
func (s *Source[T]) receive(cx *rt.Context, w *waitlist.Waiter) (v T, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case w.Waits():
		w.Renew(cx.Waker())
		return v, ErrEmpty
	case s.ended && s.place != slotFree && !w.Granted():
		w.Clear()
		return v, ErrClosed
	case w.Granted():
		w.Clear()
		if s.place != slotOffered { // closed meanwhile
			return v, ErrClosed
		}
		v = s.unload()
		s.pump()
		return v, nil
	}
	if v, err = s.take(); err == ErrEmpty {
		s.waiters.Add(w, cx.Waker())
		s.pump()
	}
	return v, err
}

// leave takes back that w waits. What it was offered passes on.
func (s *Source[T]) leave(cx *rt.Context, w *waitlist.Waiter) {
	if !w.Listed() {
		return
	}
	var one [1]rt.Waker
	wakers := one[:0]
	s.mu.Lock()
	switch {
	case w.Waits():
		s.waiters.Remove(w)
	case w.Granted() && s.place == slotOffered:
		wakers = s.offer(wakers)
	}
	w.Clear()
	s.mu.Unlock()
	for _, k := range wakers {
		wake(cx, k)
	}
}

// Where names what the future waits for.
func (f *SourceFuture[T]) Where(w *rt.Where) { w.Operation("achan.Source.Recv") }

// Cancel gives up receiving.
func (f *SourceFuture[T]) Cancel() {
	if s := f.source; s != nil {
		f.source = nil
		s.leave(nil, &f.wait)
	}
}

// Await waits for a message.
func (f *SourceFuture[T]) Await() (T, error) {
	p := rt.Block(f, (*SourceFuture[T]).Poll)
	return p.Value, p.Err
}
