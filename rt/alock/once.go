package alock

import (
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A OnceCell holds a value that is made when it is first asked for, by a future. The zero
// OnceCell is empty. It must not be copied after first use.
type OnceCell[T any] struct {
	sem   sem // taken by who makes the value; closed when it is there
	done  atomic.Bool
	value T // constant once done is true
}

// Get returns the value if it is there.
func (c *OnceCell[T]) Get() (v T, ok bool) {
	if c.done.Load() {
		return c.value, true
	}
	return v, false
}

// Set stores v, unless there is a value already or one is being made. It reports whether it did.
func (c *OnceCell[T]) Set(v T) bool {
	if _, ok := c.sem.try(1, 1); !ok {
		return false
	}
	c.fill(v)
	return true
}

// fill stores the value and lets all go on who wait for it. The caller has taken sem.
func (c *OnceCell[T]) fill(v T) {
	c.value = v
	c.done.Store(true)
	c.sem.close()
}

// GetOrInit returns a future of the value. If there is none yet, init makes it: one such future
// at a time polls its init, and the others wait. If init fails, so does this future, with the
// same error, and the next one tries with its own; likewise if it panics or is canceled.
// An init that is not needed is never polled:
//
//	conn, err := cell.GetOrInit(rt.Async(func() (*Conn, error) { return dial().Await() })).Await()
//
// An init that waits for the same cell waits for ever. The future fails with [rt.ErrStopped] if
// it would have to wait for others in a task that was asked to stop.
//
//async:new
func (c *OnceCell[T]) GetOrInit(init rt.Future[T]) *OnceFuture[T] {
	return &OnceFuture[T]{cell: c, init: init}
}

// A OnceFuture is the future of [OnceCell.GetOrInit].
type OnceFuture[T any] struct {
	rt.Pin
	cell   *OnceCell[T] // nil when it is done
	init   rt.Future[T]
	making bool // it has taken the sem of the cell, and polls init
	wait   waitlist.Waiter
}

// Poll is ready when the value is there, or when its init has failed.
func (f *OnceFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	c := f.cell
	if c == nil {
		panic(rt.Completed("alock.OnceCell.GetOrInit"))
	}
	if !f.making {
		if c.done.Load() {
			if !cx.Spend() {
				return rt.Pending[T]()
			}
			f.Cancel()
			return rt.Ready(c.value)
		}
		if err := cx.Stopped(); err != nil || !cx.CanSpend() {
			if !cx.Spend() {
				return rt.Pending[T]()
			}
			f.Cancel()
			return rt.Fail[T](err)
		}
		switch _, how := c.sem.acquire(cx, &f.wait, 1, 1); how {
		case waiting:
			return rt.Pending[T]()
		case refused:
			f.Cancel()
			return rt.Ready(c.value)
		}
		f.making = true
	}
	return f.make(cx)
}

// make polls init.
func (f *OnceFuture[T]) make(cx *rt.Context) (p rt.Poll[T]) {
	panics := true
	defer func() {
		if panics {
			f.end(cx)
		}
	}()
	p = f.init.Poll(cx)
	panics = false
	switch {
	case p.Ready && p.Err == nil:
		f.cell.fill(p.Value)
		f.cell, f.init = nil, nil
	case p.Ready:
		f.end(cx)
	}
	return p
}

// end lets the next one try to make the value. cx is nil outside of polls.
func (f *OnceFuture[T]) end(cx *rt.Context) {
	c := f.cell
	f.cell, f.init = nil, nil
	c.sem.release(cx, unlock(1), 1)
}

// Where names what the future waits for: others, or its init.
func (f *OnceFuture[T]) Where(w *rt.Where) {
	if f.making {
		w.At("alock.OnceCell.GetOrInit", "", f.init)
	} else {
		w.Operation("alock.OnceCell.GetOrInit")
	}
}

// Cancel gives up waiting, or making the value.
func (f *OnceFuture[T]) Cancel() {
	c := f.cell
	if c == nil {
		return
	}
	if f.making {
		defer f.end(nil)
	} else {
		c.sem.leave(nil, &f.wait, 1)
		f.cell = nil
	}
	init := f.init
	f.init = nil
	init.Cancel()
}

// Await waits for the value.
func (f *OnceFuture[T]) Await() (T, error) {
	p := rt.Block(f, (*OnceFuture[T]).Poll)
	return p.Value, p.Err
}
