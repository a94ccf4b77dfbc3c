package twin

import (
	"runtime"

	"github.com/asyncgen/asyncgen/rt"
)

// leafState is where a leaf stands.
type leafState uint8

const (
	leafFresh     leafState = iota // neither polled nor awaited; may still be moved
	leafPending                    // polled, and in the run's waiting set
	leafDone                       // ready was reported; polling again is a fault
	leafCancelled                  // cancelled while pending; polling again is a fault
)

// A leaf is the part that all leaf futures share: it counts the polls and checks the
// contract. Its zero value is a fresh leaf.
type leaf struct {
	state leafState
	last  bool     // the leaf at which the plan ends the run
	fired bool     // woken since it last pended; a poll without it is spurious
	left  int      // how often it still pends
	self  *leaf    // its address at the first poll, to see that it does not move
	waker rt.Waker // of the latest poll
}

// poll says whether the leaf is done. Its future then produces the result.
func (l *leaf) poll(cx *rt.Context) bool {
	r := current.Load()
	switch l.state {
	case leafFresh:
		l.self = l
		if l.left, l.last = r.start(); l.last && r.plain {
			// A plain function blocks on a machine, which awaits this leaf.
			l.state = leafCancelled
			runtime.Goexit()
		}
	case leafPending:
		if l.self != l {
			r.fault("a leaf was moved after its first poll")
		}
		if !l.fired {
			l.waker = cx.Waker()
			return false
		}
		l.left--
	case leafDone:
		r.fault("a leaf was polled after completion")
		return true
	case leafCancelled:
		r.fault("a leaf was polled after it was cancelled")
		return false
	}
	if l.left == 0 {
		l.state = leafDone
		r.unwait(l)
		return true
	}
	l.state, l.fired, l.waker = leafPending, false, cx.Waker()
	if exiting() || !r.wait(l) {
		l.fire()
	}
	return false
}

// exiting reports whether the leaf is polled by a deferred call while runtime.Goexit ends
// the goroutine. Then the goroutine blocks until the leaf is done: it is the driver's, which
// cannot do anything else.
func exiting() bool {
	pcs := make([]uintptr, 256)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if f.Function == "runtime.Goexit" || !more {
			return f.Function == "runtime.Goexit"
		}
	}
}

// fire lets the next poll make progress and asks for it.
func (l *leaf) fire() {
	l.fired = true
	l.waker.Wake()
}

// block is the leaf's part of a plain Await. In a plain run that is to end at this leaf
// it does not return.
func (l *leaf) block() {
	r := current.Load()
	if l.state != leafFresh {
		r.fault("a leaf was awaited after it had been polled")
	}
	l.state = leafDone
	if _, last := r.start(); last && r.plain {
		runtime.Goexit()
	}
}

// cancel takes a pending leaf out of the waiting set. Like every Cancel it does nothing
// before the first poll, after completion and the second time.
func (l *leaf) cancel() {
	if l.state != leafPending {
		return
	}
	r := current.Load()
	if l.self != l {
		r.fault("a leaf was moved after its first poll")
	}
	l.state = leafCancelled
	r.unwait(l)
}
