//go:build !asyncgen_portable

package rt

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/asyncgen/asyncgen/rt/internal/poller"
)

// reactorRig is a reactor that the test drives by hand, with a descriptor and its peer.
type reactorRig struct {
	*testing.T
	io   *reactor
	fd   *FD
	peer int
}

func newReactorRig(t *testing.T) *reactorRig {
	t.Helper()
	io, err := newReactor()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { io.close() })
	b := &reactorRig{T: t, io: io, fd: new(FD)}
	b.peer = initPair(t, b.fd)
	return b
}

// initPair hands one end of a socket pair to fd and returns the other.
func initPair(t *testing.T, fd *FD) (peer int) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	fd.Init(fds[0])
	t.Cleanup(func() {
		unix.Close(fds[1])
		fd.Close()
		for dir := In; dir <= Out && fd.sysfd != -1; dir++ { // the test has left attempts open
			fd.End(dir, new(Turn), More, true)
		}
	})
	return fds[1]
}

// operation is a future cut down to what an FD sees of it.
type operation struct {
	turn  Turn
	cx    *Context
	wakes int
}

// newOperation returns an operation that is polled by a runtime with this reactor.
func newOperation(io *reactor) *operation {
	op := new(operation)
	op.cx = NewContext(NewWaker(func() { op.wakes++ }))
	op.cx.rt = &Runtime{crew: crew{workers: []*worker{{io: io}}}}
	return op
}

// begin asks for an attempt and fails the test unless the answer is the wanted one.
func (b *reactorRig) begin(op *operation, want bool) {
	b.Helper()
	_, ready, err := b.fd.Begin(op.cx, In, &op.turn)
	if err != nil {
		b.Fatal(err)
	}
	if ready != want {
		b.Fatalf("Begin: ready = %v, want %v", ready, want)
	}
}

// pend makes op wait, as a first poll with nothing to read does.
func (b *reactorRig) pend(op *operation) {
	b.Helper()
	b.begin(op, true)
	b.fd.End(In, &op.turn, Blocked, false)
	b.begin(op, false)
}

// wait fetches events and checks how often op has been woken in all.
func (b *reactorRig) wait(op *operation, wakes int) {
	b.Helper()
	if _, err := b.io.wait(0, new(worker)); err != nil {
		b.Fatal(err)
	}
	if op.wakes != wakes {
		b.Fatalf("woken %d times, want %d", op.wakes, wakes)
	}
}

func (b *reactorRig) registered() int {
	return len(slices.DeleteFunc(slices.Clone(b.io.slots), func(s slot) bool { return s.fd == nil }))
}

func TestFDWaits(t *testing.T) {
	b := newReactorRig(t)
	op := newOperation(b.io)
	b.begin(op, true) // tried first, not registered for that
	if n := b.registered(); n != 0 {
		t.Fatalf("%d descriptors are registered before one had to wait", n)
	}
	b.fd.End(In, &op.turn, Blocked, false)
	b.begin(op, false)
	b.wait(op, 0) // writable, which op does not wait for
	b.begin(op, false)
	unix.Write(b.peer, []byte("x"))
	b.wait(op, 1)
	b.begin(op, true)
	b.fd.End(In, &op.turn, More, false)
	b.begin(op, true)
	b.fd.End(In, &op.turn, Drained, true)
	if b.fd.wakers[In].target != nil || bool(op.turn) {
		t.Error("a finished operation has left something behind")
	}
	if n := b.registered(); n != 1 {
		t.Errorf("%d descriptors are registered, want 1", n)
	}
}

// A descriptor that is ready when it is registered wakes at once.
func TestFDReadyBeforeRegistered(t *testing.T) {
	b := newReactorRig(t)
	op := newOperation(b.io)
	b.begin(op, true)
	unix.Write(b.peer, []byte("x")) // after the attempt has found nothing
	b.fd.End(In, &op.turn, Blocked, false)
	b.begin(op, false)
	b.wait(op, 1)
	b.begin(op, true)
}

func TestFDEventDuringAttempt(t *testing.T) {
	b := newReactorRig(t)
	op := newOperation(b.io)
	b.pend(op)
	unix.Write(b.peer, []byte("x"))
	b.wait(op, 1)
	b.begin(op, true)
	unix.Write(b.peer, []byte("y"))
	b.wait(op, 1) // nobody waits, but it is remembered
	b.fd.End(In, &op.turn, Blocked, false)
	b.begin(op, true)
}

func TestFDWakerIsReplaced(t *testing.T) {
	b := newReactorRig(t)
	first, second := newOperation(b.io), newOperation(b.io)
	b.pend(first)
	second.turn = first.turn // the same operation, polled by somebody else
	b.begin(second, false)
	unix.Write(b.peer, []byte("x"))
	b.wait(second, 1)
	b.wait(first, 0)
}

func TestFDRelease(t *testing.T) {
	b := newReactorRig(t)
	op, other := newOperation(b.io), newOperation(b.io)
	b.pend(op)
	if _, _, err := b.fd.Begin(other.cx, In, &other.turn); err != ErrBusy {
		t.Fatalf("second operation: %v", err)
	}
	b.fd.Release(In, &other.turn) // holds nothing, releases nothing
	if _, ready, err := b.fd.Begin(other.cx, Out, &other.turn); err != nil || !ready {
		t.Fatalf("the other direction: %v, %v", ready, err)
	}
	b.fd.End(Out, &other.turn, More, true)

	b.fd.Release(In, &op.turn)
	unix.Write(b.peer, []byte("x"))
	b.wait(op, 0)
	b.begin(other, true) // what came after the cancel is there for the next one
}

func TestFDHangup(t *testing.T) {
	b := newReactorRig(t)
	op := newOperation(b.io)
	b.pend(op)
	unix.Write(b.peer, []byte("x"))
	unix.Shutdown(b.peer, unix.SHUT_WR)
	b.wait(op, 1)
	b.begin(op, true)
	b.fd.End(In, &op.turn, Drained, false) // got one byte of many: but the end is near
	b.begin(op, true)
	b.fd.End(In, &op.turn, Blocked, false) // this is believed
	b.begin(op, false)
}

func TestFDCloseWakes(t *testing.T) {
	b := newReactorRig(t)
	op := newOperation(b.io)
	b.pend(op)
	if err := b.fd.Close(); err != nil {
		t.Fatal(err)
	}
	if op.wakes != 1 {
		t.Fatalf("woken %d times", op.wakes)
	}
	if _, _, err := b.fd.Begin(op.cx, In, &op.turn); err != os.ErrClosed || bool(op.turn) {
		t.Fatalf("Begin after Close: %v, turn held: %v", err, op.turn)
	}
	if err := b.fd.Watch(op.cx, In, &op.turn); err != os.ErrClosed {
		t.Errorf("Watch after Close: %v", err)
	}
	if err := b.fd.Control(func(int) error { return nil }); err != os.ErrClosed {
		t.Errorf("Control after Close: %v", err)
	}
	if err := b.fd.Close(); err != os.ErrClosed {
		t.Errorf("second Close: %v", err)
	}
	if n := b.registered(); n != 0 {
		t.Errorf("%d descriptors are registered", n)
	}
}

func TestFDWatch(t *testing.T) {
	b := newReactorRig(t)
	op := newOperation(b.io)
	if err := b.fd.Watch(op.cx, In, &op.turn); err != nil {
		t.Fatal(err)
	}
	b.begin(op, true) // watching takes no readiness away
	b.fd.End(In, &op.turn, More, false)
	if err := b.fd.Watch(op.cx, In, &op.turn); err != nil {
		t.Fatal(err)
	}
	b.fd.Close()
	if op.wakes != 1 {
		t.Fatalf("woken %d times", op.wakes)
	}
}

// An event of a descriptor that was closed does not reach the next one, which has its
// number and its slot.
func TestFDStaleEvent(t *testing.T) {
	b := newReactorRig(t)
	op := newOperation(b.io)
	b.pend(op)
	stale := poller.Event{Key: b.fd.key, Readable: true}
	b.fd.Release(In, &op.turn)
	b.fd.Close()

	b.fd = new(FD)
	b.peer = initPair(t, b.fd)
	b.pend(op)
	if uint32(b.fd.key) != uint32(stale.Key) {
		t.Fatalf("slot %d is not used again, but %d", uint32(stale.Key), uint32(b.fd.key))
	}
	if b.io.owner(stale.Key) != nil {
		t.Error("the old key is still known")
	}
	b.fd.deliver(&stale, new(worker))
	b.wait(op, 0)
	if b.io.owner(b.fd.key) != b.fd {
		t.Error("the new key is not known")
	}
	if b.io.owner(1<<32|1234) != nil {
		t.Error("a key that never was is known")
	}
}

func TestFDBudget(t *testing.T) {
	b := newReactorRig(t)
	op := newOperation(b.io)
	op.cx.unlimited = false
	b.begin(op, false)
	if op.wakes != 1 {
		t.Fatalf("woken %d times", op.wakes)
	}
	op.cx.begin()
	b.begin(op, true)
}

// Whoever waits with a runtime that stops can go on with another.
func TestFDReactorCloses(t *testing.T) {
	b := newReactorRig(t)
	op := newOperation(b.io)
	b.pend(op)
	if err := b.io.close(); err != nil {
		t.Fatal(err)
	}
	if op.wakes != 1 {
		t.Fatalf("woken %d times", op.wakes)
	}
	b.begin(op, true)
	b.fd.End(In, &op.turn, Blocked, false)
	if _, _, err := b.fd.Begin(op.cx, In, &op.turn); !errors.Is(err, ErrShutdown) || bool(op.turn) {
		t.Fatalf("Begin with the old runtime: %v, turn held: %v", err, op.turn)
	}
	if err := b.io.close(); err != os.ErrClosed {
		t.Errorf("second close: %v", err)
	}
	b.io.wake() // does nothing

	other, err := newReactor()
	if err != nil {
		t.Fatal(err)
	}
	defer other.close()
	b.io, op = other, newOperation(other)
	b.begin(op, false)
	unix.Write(b.peer, []byte("x"))
	b.wait(op, 1)
	b.begin(op, true)
}

// What every waiting connection holds.
func TestFDSize(t *testing.T) {
	if size := unsafe.Sizeof(FD{}) + unsafe.Sizeof(slot{}); size > 72 {
		t.Errorf("a registered descriptor takes %d bytes", size)
	}
}

// TestFDModel runs every sequence of a few steps over one direction of an FD and compares
// it with a model of what must be: no event is lost, nothing is busy twice, and the
// descriptor is closed once, never under a system call.
func TestFDModel(t *testing.T) {
	const depth = 6
	b := newReactorRig(t)
	var run func(trace []string)
	run = func(trace []string) {
		if len(trace) == depth {
			return
		}
		for step := range fdSteps {
			next := append(trace, step)
			if m := newFDModel(b); m.replay(next) {
				run(next)
			}
		}
	}
	run(make([]string, 0, depth))
}

// fdModel is an FD and what is known about it.
type fdModel struct {
	*reactorRig
	op      *operation
	ready   bool // an attempt must be allowed
	busy    bool // between Begin and End
	waiting bool // the last Begin said to wait; a reason to poll must wake
	hangup  bool
	closed  bool
	wakes   int
	fault   string
}

func newFDModel(b *reactorRig) *fdModel {
	return &fdModel{reactorRig: b, op: newOperation(b.io), ready: true}
}

// fdSteps are the steps, with what must come of them. A step that is not legal returns
// false: contracts forbid it.
var fdSteps = map[string]func(m *fdModel) (legal bool){
	"event": func(m *fdModel) bool {
		m.deliver(poller.Event{Readable: true})
		return !m.closed
	},
	"hangup": func(m *fdModel) bool {
		m.deliver(poller.Event{Readable: true, Hangup: true})
		m.hangup = true
		return !m.closed
	},
	"begin": func(m *fdModel) bool {
		if m.busy {
			return false
		}
		_, ready, err := m.fd.Begin(m.op.cx, In, &m.op.turn)
		m.check((err != nil) == m.closed, "Begin: wrong error")
		m.check(ready == (m.ready && !m.closed), "Begin: wrong answer")
		m.busy, m.waiting = ready, !ready && err == nil
		if ready {
			m.ready = false
		}
		return true
	},
	"more":      func(m *fdModel) bool { return m.end(More, true, false) },
	"drained":   func(m *fdModel) bool { return m.end(Drained, m.hangup, true) },
	"blocked":   func(m *fdModel) bool { return m.end(Blocked, false, false) },
	"exhausted": func(m *fdModel) bool { return m.end(Blocked, false, true) },
	"release": func(m *fdModel) bool {
		if m.busy || !bool(m.op.turn) {
			return false
		}
		m.fd.Release(In, &m.op.turn)
		m.waiting = false
		return true
	},
	"close": func(m *fdModel) bool {
		err := m.fd.Close()
		m.check((err != nil) == m.closed, "Close: wrong error")
		m.closed = true
		m.wake()
		return true
	},
}

// end is the step of ending an attempt, after which the FD must be ready or not.
func (m *fdModel) end(left Readiness, ready, done bool) bool {
	if !m.busy {
		return false
	}
	m.fd.End(In, &m.op.turn, left, done)
	m.busy, m.ready = false, m.ready || ready
	m.check(bool(m.op.turn) == !done, "End: wrong turn")
	return true
}

// deliver is the step of an event.
func (m *fdModel) deliver(ev poller.Event) {
	ev.Key = m.fd.key
	m.fd.deliver(&ev, new(worker))
	m.ready = true
	m.wake()
}

// wake notes that a waiting operation must have been woken, once.
func (m *fdModel) wake() {
	if m.waiting {
		m.wakes++
		m.waiting = false
	}
	m.check(m.op.wakes == m.wakes, "wrong number of wakes")
}

func (m *fdModel) check(ok bool, fault string) {
	if !ok && m.fault == "" {
		m.fault = fault
	}
}

// replay runs a sequence on a new FD and reports whether it was legal.
func (m *fdModel) replay(trace []string) bool {
	m.fd = new(FD)
	sysfd, err := unix.Dup(m.peer)
	if err != nil {
		m.Fatal(err)
	}
	m.fd.Init(sysfd)
	if err := m.io.register(m.fd); err != nil { // so that Begin need not
		m.Fatal(err)
	}
	legal := true
	for _, step := range trace {
		legal = legal && fdSteps[step](m)
		m.check((m.closed && !m.busy) == (m.fd.sysfd == -1), "closed at the wrong time")
	}
	if m.fault != "" {
		m.Fatalf("%s after %s", m.fault, strings.Join(trace, ", "))
	}
	if m.fd.Close(); m.busy {
		m.fd.End(In, &m.op.turn, More, true)
	}
	return legal
}
