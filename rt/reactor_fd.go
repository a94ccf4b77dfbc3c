package rt

import (
	"errors"
	"os"
	"sync"

	"github.com/asyncgen/asyncgen/rt/internal/poller"
)

// ErrBusy is returned by [FD.Begin] when an operation in the same direction is
// under way already.
var ErrBusy = errors.New("another operation in the same direction is in progress")

// Direction selects one of the two independent sides of a descriptor.
type Direction uint8

const (
	In  Direction = iota // reading, accepting
	Out                  // writing, connecting
)

// Readiness is what an attempt has found out about the direction it worked in.
type Readiness uint8

const (
	// More: the next attempt may succeed at once.
	More Readiness = iota
	// Drained: a stream took or gave less than it was asked to, so that the next
	// attempt would block. It is not believed after a hang-up, where the end of the
	// stream or an error may be left to fetch.
	Drained
	// Blocked: the system said that the operation would block.
	Blocked
)

// An FD is a non-blocking file descriptor that futures wait for. It is the low-level
// building block of the networking packages; programs use those.
//
// An operation holds a [Turn] in its direction from its first attempt to its end.
// Each poll of its future makes attempts like this one:
//
//	for {
//		sysfd, ready, err := fd.Begin(cx, rt.In, &f.turn)
//		if err != nil {
//			return rt.Fail[int](err)
//		}
//		if !ready {
//			return rt.Pending[int]()
//		}
//		n, err := read(sysfd, f.buf)
//		if err == EAGAIN {
//			fd.End(rt.In, &f.turn, rt.Blocked, false)
//			continue // an event may have come meanwhile; if not, Begin waits
//		}
//		fd.End(rt.In, &f.turn, rt.More, true)
//		return rt.Finish(n, err)
//	}
//
// The system call is tried before anybody waits, and a descriptor is registered with
// the reactor when an operation has to wait for the first time, once for its life,
// with the runtime that polls that operation. From then on readiness is remembered in
// a bit per direction: events set it, Begin takes it, End puts it back unless the
// direction is exhausted. Because it is taken before the system call, an event that
// comes during the call is never lost.
//
// All methods may be called from any goroutine, except as they say. The zero FD is
// closed. An FD must not be copied after Init, and must be closed: it is not
// collected while it is registered.
type FD struct {
	_  noCopy
	mu sync.Mutex // guards all that follows

	state fdState
	sysfd int32

	io     *reactor // where it is registered; nil: nowhere
	key    uint64   // the key there, 0 while io is nil
	wakers [2]Waker // by Direction: who waits. The zero Waker: nobody
	limits *limits  // nil until somebody sets a deadline
}

// fdState is the state of an FD: flags, of which the first three come in pairs, one
// for each Direction.
//
//	         Begin (4)                End, Blocked or Drained (5)
//	ready ───────────────▶ busy ──────────────────────────────────▶ neither
//	  ▲                     │                                          │
//	  └─────────────────────┴── event (1), or End with More (6) ───────┘
//
// Close (2) clears open in any state and wakes both waiters; the descriptor itself is
// closed (3) as soon as nothing is busy, by Close or by the End that clears the last
// busy flag, and nothing can become busy any more.
type fdState uint16

const (
	// fdReady: an attempt may succeed. Set by Init, since a new descriptor has to be
	// tried, by events (1) and by End (6); cleared by Begin (4), which hands it to
	// the attempt.
	fdReady fdState = 1 << (2 * iota)
	// fdBusy: a system call is using the descriptor. Set by Begin (4), cleared by
	// End (5, 6). It implies fdHeld and excludes a second attempt; fdReady may be
	// set beside it by an event.
	fdBusy
	// fdHeld: an operation has the turn. Set by its first Begin, cleared by its last
	// End, by Release, or by the Begin that reports an error.
	fdHeld
	// fdHangup: the peer has closed its side, or an error or urgent data is there.
	// Set by events, never cleared.
	fdHangup
	// fdOpen: usable. Set by Init, cleared by Close (2) and Detach.
	fdOpen fdState = fdHangup << 1
	// fdVirtual: there is no descriptor; Notify takes the part of events. Set by InitVirtual,
	// never cleared.
	fdVirtual fdState = fdHangup << 2
)

// in returns the flag of a pair that belongs to a direction.
func (flag fdState) in(dir Direction) fdState { return flag << dir }

// A Turn is one operation's right to work in one direction of an FD, part of its
// future: true while it is held. Whoever implements an operation with something else than an
// FD may use it in the same sense.
type Turn bool

// Init takes over a non-blocking descriptor. It is called once, before anything else
// and before the FD is shared.
func (d *FD) Init(sysfd int) {
	d.sysfd = int32(sysfd)
	d.state = fdOpen | fdReady.in(In) | fdReady.in(Out)
}

// InitVirtual is Init for an FD that stands for something that is no descriptor. What happens
// to it is told by [FD.Notify]; everything else is as usual.
func (d *FD) InitVirtual() {
	d.sysfd = -1
	d.state = fdOpen | fdVirtual | fdReady.in(In) | fdReady.in(Out)
}

// Begin asks to make an attempt. If ready, the caller tries its system call on sysfd
// and then calls End; until then the descriptor stays open. If not, the future is
// pending: the context's waker is called when there is a reason to poll again.
//
// The error is [os.ErrClosed], [ErrBusy], [ErrStopped] if the task is to stop,
// [os.ErrDeadlineExceeded], [ErrShutdown] if the runtime that polls watches no descriptors any more, or says
// why this one cannot be watched. The turn is then not held.
func (d *FD) Begin(cx *Context, dir Direction, turn *Turn) (sysfd int, ready bool, err error) {
	d.mu.Lock()
	if err := d.take(dir, turn); err != nil {
		d.mu.Unlock()
		return -1, false, err
	}
	failure := cx.Stopped()
	if failure == nil && d.limits != nil {
		failure = d.overdue(dir)
	}
	if failure == nil && d.state&fdReady.in(dir) == 0 {
		err := d.await(cx, dir)
		if err != nil {
			d.release(dir, turn)
		}
		d.mu.Unlock()
		return -1, false, err
	}
	if !cx.spend() {
		// The task has had its share. Readiness stays, so its next poll tries. A failure
		// counts too: a loop that drops it must let others run.
		d.mu.Unlock()
		cx.Wake(cx.Waker())
		return -1, false, nil
	}
	if failure != nil {
		d.release(dir, turn)
		d.mu.Unlock()
		return -1, false, failure
	}
	d.state = d.state&^fdReady.in(dir) | fdBusy.in(dir)
	sysfd = int(d.sysfd)
	d.mu.Unlock()
	return sysfd, true, nil
}

// Watch takes or keeps the turn and leaves the context's waker without asking for an
// attempt, for an operation that waits for something besides the descriptor and must
// hear of Close meanwhile. Events call the waker too. The errors are those of Begin.
func (d *FD) Watch(cx *Context, dir Direction, turn *Turn) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.take(dir, turn); err != nil {
		return err
	}
	err := cx.Stopped()
	if err == nil && d.limits != nil {
		err = d.overdue(dir)
	}
	if err == nil {
		err = d.await(cx, dir)
	}
	if err != nil {
		d.release(dir, turn)
	}
	return err
}

// take gives the turn to an operation that does not hold it yet.
func (d *FD) take(dir Direction, turn *Turn) error {
	switch {
	case d.state&fdOpen == 0:
		d.release(dir, turn)
		return os.ErrClosed
	case bool(*turn):
	case d.state&fdHeld.in(dir) != 0:
		return ErrBusy
	default:
		*turn = true
		d.state |= fdHeld.in(dir)
	}
	return nil
}

// await leaves the waker of a pending operation, in place of the one that an earlier
// poll has left.
func (d *FD) await(cx *Context, dir Direction) error {
	if d.io == nil && d.state&fdVirtual == 0 {
		if cx.Runtime().sim != nil {
			return errSimulated
		}
		if err := cx.reactor().register(d); err != nil {
			return err
		}
	}
	if d.limits != nil {
		if err := d.arm(cx, dir); err != nil {
			return err
		}
	}
	d.wakers[dir] = cx.Waker()
	return nil
}

// release takes the turn away from an operation, with its waker.
func (d *FD) release(dir Direction, turn *Turn) {
	if *turn {
		*turn = false
		d.state &^= fdHeld.in(dir)
		d.wakers[dir] = Waker{}
	}
}

// End ends the attempt that Begin has allowed and says what it has found out. With
// done the operation is over and gives up its turn.
func (d *FD) End(dir Direction, turn *Turn, left Readiness, done bool) {
	d.mu.Lock()
	d.state &^= fdBusy.in(dir)
	if left == More || left == Drained && d.state&fdHangup != 0 {
		d.state |= fdReady.in(dir)
	}
	if done {
		d.release(dir, turn)
	}
	if d.state&fdOpen == 0 {
		// Closed during the system call. The error has nobody to go to.
		_ = d.closeIdle()
	}
	d.mu.Unlock()
}

// Release gives up a turn between attempts: the operation is canceled. It does
// nothing if the turn is not held.
func (d *FD) Release(dir Direction, turn *Turn) {
	if !*turn {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.release(dir, turn)
}

// Control calls f with the descriptor, which stays open meanwhile. The call must not
// block, and must not use the FD. If the FD is closed the error is [os.ErrClosed].
func (d *FD) Control(f func(sysfd int) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state&fdOpen == 0 {
		return os.ErrClosed
	}
	return f(int(d.sysfd))
}

// Close closes the descriptor, after the system calls that are using it now.
// Operations that wait are woken and end with [os.ErrClosed]; so does a second
// Close.
func (d *FD) Close() error {
	d.mu.Lock()
	if d.state&fdOpen == 0 {
		d.mu.Unlock()
		return os.ErrClosed
	}
	d.state &^= fdOpen
	d.disarm()
	in, out := d.takeWaker(In), d.takeWaker(Out)
	err := d.closeIdle()
	d.mu.Unlock()
	in.Wake()
	out.Wake()
	return err
}

// closeIdle closes the descriptor of a closed FD unless a system call is using it.
func (d *FD) closeIdle() error {
	if d.state&(fdBusy.in(In)|fdBusy.in(Out)) != 0 {
		return nil
	}
	if d.state&fdVirtual != 0 {
		return nil
	}
	return closeDescriptor(d.withdraw())
}

// withdraw takes the descriptor out of the reactor and out of the FD.
func (d *FD) withdraw() (sysfd int) {
	if d.io != nil {
		d.io.unregister(d)
	}
	sysfd = int(d.sysfd)
	d.sysfd = -1
	return sysfd
}

// Detach takes the descriptor out of the FD, which is closed from then on, and returns it: it
// belongs to the caller. The error is [os.ErrClosed], or [ErrBusy] while an operation is under
// way, which is not disturbed.
func (d *FD) Detach() (sysfd int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.state&fdOpen == 0:
		return -1, os.ErrClosed
	case d.state&(fdHeld.in(In)|fdHeld.in(Out)) != 0:
		return -1, ErrBusy
	}
	d.state &^= fdOpen
	d.disarm()
	return d.withdraw(), nil
}

// Notify says that an attempt in that direction may succeed now. It is meant for virtual FDs,
// whose owner it plays the events for.
func (d *FD) Notify(dir Direction) {
	d.mu.Lock()
	d.state |= fdReady.in(dir)
	waiting := d.takeWaker(dir)
	d.mu.Unlock()
	waiting.Wake()
}

// takeWaker empties a waker's place.
func (d *FD) takeWaker(dir Direction) Waker {
	w := d.wakers[dir]
	d.wakers[dir] = Waker{}
	return w
}

// deliver records an event, and has a worker wake those whom it lets go on.
func (d *FD) deliver(ev *poller.Event, by *worker) {
	var in, out Waker
	d.mu.Lock()
	if d.io == nil || d.key != ev.Key {
		d.mu.Unlock()
		return // unregistered since the reactor looked it up
	}
	if ev.Hangup {
		d.state |= fdHangup
	}
	if ev.Readable {
		d.state |= fdReady.in(In)
		in = d.takeWaker(In)
	}
	if ev.Writable {
		d.state |= fdReady.in(Out)
		out = d.takeWaker(Out)
	}
	d.mu.Unlock()
	if in.target != nil {
		by.wake(in)
	}
	if out.target != nil {
		by.wake(out)
	}
}

// detach forgets a reactor that is being closed. Readiness is unknown from now on,
// which is to say that trying may help.
func (d *FD) detach(io *reactor) {
	d.mu.Lock()
	if d.io != io {
		d.mu.Unlock()
		return
	}
	d.io, d.key = nil, 0
	d.state |= fdReady.in(In) | fdReady.in(Out)
	in, out := d.takeWaker(In), d.takeWaker(Out)
	d.mu.Unlock()
	in.Wake()
	out.Wake()
}
