//go:build !asyncgen_portable

package rt

import (
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// limitRig is a reactorRig whose operations find a queue of timers, driven by the test.
func newLimitRig(t *testing.T) (*reactorRig, *operation, *timerQueue) {
	b := newReactorRig(t)
	op := newOperation(b.io)
	q := &op.cx.rt.timers
	q.sooner = func() {}
	return b, op, q
}

// end is a time that has come for every timer of a test.
const end = int64(1) << 62

func TestFDDeadline(t *testing.T) {
	b, op, q := newLimitRig(t)
	b.fd.SetDeadline(In, time.Now().Add(time.Hour))
	b.pend(op)
	if q.heap.Len() != 1 {
		t.Fatalf("%d timers run", q.heap.Len())
	}
	q.fire(end, Waker.Wake) // too early: the clock has not got there
	if op.wakes != 1 {
		t.Fatalf("woken %d times", op.wakes)
	}
	b.begin(op, false) // starts the timer again
	if q.heap.Len() != 1 {
		t.Fatalf("%d timers run", q.heap.Len())
	}
	b.fd.SetDeadline(In, time.Now().Add(-time.Second))
	if op.wakes != 2 {
		t.Fatalf("woken %d times by an earlier deadline", op.wakes)
	}
	if _, _, err := b.fd.Begin(op.cx, In, &op.turn); err != os.ErrDeadlineExceeded || bool(op.turn) {
		t.Fatalf("Begin after the deadline: %v, turn held: %v", err, op.turn)
	}
	if err := b.fd.Watch(op.cx, In, &op.turn); err != os.ErrDeadlineExceeded {
		t.Fatalf("Watch after the deadline: %v", err)
	}
	if _, ready, err := b.fd.Begin(op.cx, Out, new(Turn)); !ready || err != nil {
		t.Fatalf("the other direction: %v, %v", ready, err)
	}
	b.fd.SetDeadline(In, time.Time{})
	b.begin(op, false)
	unix.Write(b.peer, []byte("x"))
	b.wait(op, 3)
	b.begin(op, true)
}

// Moving a deadline on leaves the timer alone, and so does an operation that need not wait.
func TestFDDeadlineMoves(t *testing.T) {
	b, op, q := newLimitRig(t)
	b.fd.SetDeadline(In, time.Now().Add(time.Hour))
	b.begin(op, true)
	if q.heap.Len() != 0 {
		t.Fatal("a timer runs before anybody waits")
	}
	b.fd.End(In, &op.turn, Blocked, false)
	b.begin(op, false)
	first, _ := q.heap.Next()
	for i := range 10 {
		b.fd.SetDeadline(In, time.Now().Add(time.Hour+time.Duration(i)*time.Second))
		b.begin(op, false)
	}
	if when, _ := q.heap.Next(); when != first || op.wakes != 0 {
		t.Errorf("the timer has moved by %d, woken %d times", when-first, op.wakes)
	}
	q.fire(end, Waker.Wake)
	b.begin(op, false)
	if when, _ := q.heap.Next(); when <= first || op.wakes != 1 {
		t.Errorf("the timer was not started for the new deadline: %d, woken %d times", when-first, op.wakes)
	}
}

// What an FD leaves in the queue when it is closed, or its runtime stops: nothing.
func TestFDDeadlineEnds(t *testing.T) {
	b, op, q := newLimitRig(t)
	b.fd.SetDeadline(In, time.Now().Add(time.Hour))
	b.pend(op)
	b.fd.fire(In) // as by a timer that was stopped too late
	b.begin(op, false)
	b.fd.Close()
	if q.heap.Len() != 0 {
		t.Error("a timer of a closed descriptor runs")
	}
	if err := b.fd.SetDeadline(In, time.Now()); err != os.ErrClosed {
		t.Errorf("SetDeadline of a closed descriptor: %v", err)
	}

	b, op, q = newLimitRig(t)
	b.fd.SetDeadline(In, time.Now().Add(time.Hour))
	b.pend(op)
	q.close()
	if op.wakes != 1 {
		t.Fatalf("woken %d times by the end of the runtime", op.wakes)
	}
	if _, _, err := b.fd.Begin(op.cx, In, &op.turn); err != ErrShutdown || bool(op.turn) {
		t.Errorf("Begin: %v, turn held: %v", err, op.turn)
	}
}

// An FD without a descriptor waits for Notify.
func TestFDVirtual(t *testing.T) {
	b := newReactorRig(t)
	b.fd.Close()
	b.fd = new(FD)
	b.fd.InitVirtual()
	op := newOperation(b.io)
	b.pend(op)
	if n := b.registered(); n != 0 {
		t.Errorf("%d descriptors are registered", n)
	}
	b.fd.Notify(Out)
	b.begin(op, false)
	b.fd.Notify(In)
	if op.wakes != 1 {
		t.Fatalf("woken %d times", op.wakes)
	}
	b.begin(op, true)
	b.fd.Notify(In) // during the attempt
	b.fd.End(In, &op.turn, Blocked, false)
	b.begin(op, true)
	b.fd.End(In, &op.turn, Blocked, false)
	b.begin(op, false)
	if err := b.fd.Close(); err != nil || op.wakes != 2 {
		t.Fatalf("Close: %v, woken %d times", err, op.wakes)
	}
	if _, _, err := b.fd.Begin(op.cx, In, &op.turn); err != os.ErrClosed {
		t.Errorf("Begin: %v", err)
	}
}

func TestFDDetach(t *testing.T) {
	b := newReactorRig(t)
	op := newOperation(b.io)
	b.pend(op)
	if _, err := b.fd.Detach(); err != ErrBusy {
		t.Fatalf("Detach under an operation: %v", err)
	}
	b.fd.Release(In, &op.turn)
	sysfd, err := b.fd.Detach()
	if err != nil {
		t.Fatal(err)
	}
	if n := b.registered(); n != 0 {
		t.Errorf("%d descriptors are registered", n)
	}
	if _, _, err := b.fd.Begin(op.cx, In, &op.turn); err != os.ErrClosed {
		t.Errorf("Begin: %v", err)
	}
	if err := b.fd.Close(); err != os.ErrClosed {
		t.Errorf("Close: %v", err)
	}
	if _, err := b.fd.Detach(); err != os.ErrClosed {
		t.Errorf("second Detach: %v", err)
	}
	if err := unix.Close(sysfd); err != nil {
		t.Errorf("the descriptor was not left open: %v", err)
	}
}
