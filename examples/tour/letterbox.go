package main

import (
	"sync"

	"github.com/asyncgen/asyncgen/rt"
)

// A letterbox holds one number that comes at some time. It shows what a future is that is
// written by hand: the leaves that machines wait for in the end are all of this kind.
type letterbox struct {
	mu     sync.Mutex
	number int
	full   bool
	waker  rt.Waker // of who waits
}

// deliver puts the number in and wakes who waits for it. Any goroutine may call it.
func (l *letterbox) deliver(n int) {
	l.mu.Lock()
	l.number, l.full = n, true
	w := l.waker
	l.waker = rt.Waker{}
	l.mu.Unlock()
	w.Wake() // not under the lock: what it calls may want the lock as well
}

// Letter returns the future of taking the number out. Nothing happens until it is polled.
//
//async:new
func (l *letterbox) Letter() *letter { return &letter{box: l} }

// A letter is the future of [letterbox.Letter].
type letter struct {
	rt.Pin
	box *letterbox // nil when it is done
}

// Poll takes the number out, or leaves the waker for deliver to call. Both happen under the
// lock, so a number cannot arrive unnoticed in between.
func (f *letter) Poll(cx *rt.Context) rt.Poll[int] {
	if f.box == nil {
		panic(rt.Completed("letterbox.Letter"))
	}
	l := f.box
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.full {
		l.waker = cx.Waker()
		return rt.Pending[int]()
	}
	l.full = false
	f.box = nil
	return rt.Ready(l.number)
}

// Cancel forgets the waker. A number that has come stays in the box.
func (f *letter) Cancel() {
	if l := f.box; l != nil {
		l.mu.Lock()
		l.waker = rt.Waker{}
		l.mu.Unlock()
	}
	f.box = nil
}

// Await waits for the number.
func (f *letter) Await() int { return rt.Block(f, (*letter).Poll).Value }
