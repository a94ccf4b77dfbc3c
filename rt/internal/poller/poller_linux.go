//go:build !asyncgen_portable

package poller

import (
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Linux: epoll, with an eventfd to interrupt it.
//
// An epoll instance holds a set of registered files and a list of those that had
// an event. Registered with EPOLLET, a file is put on the list by each wake-up of
// its wait queue and leaves it when it is reported, so a report is an edge. Three
// points of the contract matter here:
//
//   - EPOLL_CTL_ADD checks the file once and lists it if it is ready: the first
//     edge is never missed.
//   - Closing a descriptor removes it only when no duplicate of the open file is
//     left, and a fork that is about to exec holds one for a moment. Hence Remove
//     before close, always.
//   - A stream socket needs no read or write to EAGAIN to arm the next edge: a
//     short count says as much (epoll(7), question 9). Where it does not, Hangup is
//     reported: after a FIN that came together with data, and at an urgent mark,
//     where reads stop short although more data follows.
//
// Calls that cannot block are raw system calls: telling the Go scheduler about
// each of them costs more than the call. A blocking wait must not be raw, since it
// would keep its processor from all other goroutines. Raw calls never report to
// sysmon either: whoever makes only these must yield now and then.

// interest is what every descriptor is registered for. EPOLLERR and EPOLLHUP need
// not be asked for.
const interest = unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLPRI | unix.EPOLLET

// wakeKey is the key of the eventfd.
const wakeKey = ^uint64(0)

// maxWait bounds one blocking wait, about eleven days, so that no conversion
// overflows. Returning early is legal.
const maxWait = 1e6 * time.Second

// batch is the number of events that one Wait fetches at most.
const batch = 128

// A Poller is one epoll instance.
type Poller struct {
	epfd int

	// noPwait2 is set when the kernel turned out to lack epoll_pwait2, the only
	// wait with a timeout finer than a millisecond (Linux 5.11).
	noPwait2 atomic.Bool

	// waking is set by the Wake that writes to the eventfd and cleared by the
	// blocking Wait that drains it. Meanwhile further calls of Wake have nothing
	// to do: the Wait that is going to clear the flag returns after them, and its
	// caller looks at whatever they had to announce.
	waking atomic.Bool

	// raw is where the kernel stores events. It belongs to the goroutine in Wait.
	raw [batch]unix.EpollEvent

	mu      sync.Mutex // keeps Close away from the calls that use epfd or eventfd
	eventfd int
	closed  bool
}

// New returns a poller that watches nothing yet.
func New() (*Poller, error) {
	epfd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	eventfd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		unix.Close(epfd)
		return nil, os.NewSyscallError("eventfd2", err)
	}
	p := &Poller{epfd: epfd, eventfd: eventfd}
	// Level-triggered, unlike all others: a Wait that does not block sees a wake
	// without consuming it, and so costs no system call to reset it.
	if err := p.control(unix.EPOLL_CTL_ADD, eventfd, wakeKey, unix.EPOLLIN); err != nil {
		unix.Close(eventfd)
		unix.Close(epfd)
		return nil, err
	}
	return p, nil
}

// Add registers a non-blocking descriptor under a key of the caller's choice (all
// but the highest). Events may come before Add returns.
func (p *Poller) Add(fd int, key uint64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return os.ErrClosed
	}
	return p.control(unix.EPOLL_CTL_ADD, fd, key, interest)
}

// Remove ends the registration of a descriptor. It must be called before the
// descriptor is closed.
func (p *Poller) Remove(fd int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return os.ErrClosed
	}
	return p.control(unix.EPOLL_CTL_DEL, fd, 0, 0)
}

// control is epoll_ctl. The key travels in the two words that the library names
// after their use for small programs.
func (p *Poller) control(op, fd int, key uint64, events uint32) error {
	ev := unix.EpollEvent{Events: events, Fd: int32(uint32(key)), Pad: int32(key >> 32)}
	_, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_CTL,
		uintptr(p.epfd), uintptr(op), uintptr(fd), uintptr(unsafe.Pointer(&ev)), 0, 0)
	if errno != 0 {
		return os.NewSyscallError("epoll_ctl", errno)
	}
	return nil
}

// Wait stores events in the given slice and returns their number. A timeout of
// zero does not block; a negative one blocks until something happens. It may
// return early with nothing, and does so after a Wake.
// Only one goroutine may be in Wait at a time.
func (p *Poller) Wait(events []Event, timeout time.Duration) (int, error) {
	raw := p.raw[:min(len(events), batch)]
	if len(raw) == 0 {
		return 0, nil
	}
	n, errno := p.fetch(raw, timeout)
	if errno == unix.EINTR {
		return 0, nil // the caller knows best how long is left to wait
	}
	if errno != 0 {
		return 0, os.NewSyscallError("epoll_wait", errno)
	}
	found := 0
	for _, ev := range raw[:n] {
		key := uint64(uint32(ev.Fd)) | uint64(uint32(ev.Pad))<<32
		if key == wakeKey {
			if timeout != 0 {
				p.drain()
			}
			continue
		}
		events[found] = decode(key, ev.Events)
		found++
	}
	return found, nil
}

// decode translates the kernel's bits. An error or a full hang-up makes every
// operation return at once, so it counts as readiness for both directions.
func decode(key uint64, bits uint32) Event {
	const broken = unix.EPOLLERR | unix.EPOLLHUP
	return Event{
		Key:      key,
		Readable: bits&(unix.EPOLLIN|unix.EPOLLRDHUP|unix.EPOLLPRI|broken) != 0,
		Writable: bits&(unix.EPOLLOUT|broken) != 0,
		Hangup:   bits&(unix.EPOLLRDHUP|unix.EPOLLPRI|broken) != 0,
	}
}

// fetch waits in the cheapest way that the timeout allows.
func (p *Poller) fetch(raw []unix.EpollEvent, timeout time.Duration) (int, unix.Errno) {
	switch {
	case timeout == 0:
		return p.peek(raw)
	case timeout < 0:
		n, _, errno := unix.Syscall6(unix.SYS_EPOLL_PWAIT, uintptr(p.epfd),
			uintptr(unsafe.Pointer(&raw[0])), uintptr(len(raw)), ^uintptr(0), 0, 0)
		return int(n), errno
	}
	timeout = min(timeout, maxWait)
	if !p.noPwait2.Load() {
		// The kernel's own timespec, with 64-bit fields on every machine.
		ts := struct{ sec, nsec int64 }{int64(timeout / time.Second), int64(timeout % time.Second)}
		n, _, errno := unix.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(p.epfd),
			uintptr(unsafe.Pointer(&raw[0])), uintptr(len(raw)), uintptr(unsafe.Pointer(&ts)), 0, 0)
		if errno != unix.ENOSYS && errno != unix.EPERM { // EPERM: a sandbox that does not know it
			return int(n), errno
		}
		p.noPwait2.Store(true)
	}
	return p.fetchPpoll(raw, timeout)
}

// peek fetches what is there without blocking.
func (p *Poller) peek(raw []unix.EpollEvent) (int, unix.Errno) {
	n, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(p.epfd),
		uintptr(unsafe.Pointer(&raw[0])), uintptr(len(raw)), 0, 0, 0)
	return int(n), errno
}

// fetchPpoll is the fine-grained wait for kernels without epoll_pwait2: an epoll
// descriptor is itself readable while its list is not empty, and ppoll has always
// taken nanoseconds. One more system call, no more descriptors.
func (p *Poller) fetchPpoll(raw []unix.EpollEvent, timeout time.Duration) (int, unix.Errno) {
	fds := []unix.PollFd{{Fd: int32(p.epfd), Events: unix.POLLIN}}
	ts := unix.NsecToTimespec(int64(timeout))
	if _, err := unix.Ppoll(fds, &ts, nil); err != nil {
		errno, _ := err.(unix.Errno)
		return 0, errno
	}
	return p.peek(raw)
}

// Due reports, without consuming anything, whether a Wait would return at once.
func (p *Poller) Due() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	fds := []unix.PollFd{{Fd: int32(p.epfd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0
}

// drain resets the eventfd and then allows the next Wake to write again. In the
// other order a Wake could write before the read and go unnoticed.
func (p *Poller) drain() {
	var count uint64
	unix.RawSyscall(unix.SYS_READ, uintptr(p.eventfd), uintptr(unsafe.Pointer(&count)), unsafe.Sizeof(count))
	p.waking.Store(false)
}

// Wake ends a Wait that blocks, or the next one that would. Many calls before
// that count as one. It never blocks; on a closed poller it does nothing but say
// so.
func (p *Poller) Wake() error {
	if !p.waking.CompareAndSwap(false, true) {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return os.ErrClosed
	}
	one := uint64(1)
	_, _, errno := unix.RawSyscall(unix.SYS_WRITE, uintptr(p.eventfd), uintptr(unsafe.Pointer(&one)), unsafe.Sizeof(one))
	if errno != 0 {
		return os.NewSyscallError("write", errno)
	}
	return nil
}

// Close releases the poller's own descriptors. Registered ones stay open. No
// goroutine may be in Wait; all other methods may be called at any time, also
// afterwards, and then return [os.ErrClosed].
func (p *Poller) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return os.ErrClosed
	}
	p.closed = true
	return os.NewSyscallError("close", firstError(unix.Close(p.eventfd), unix.Close(p.epfd)))
}

// firstError returns the first of the errors that is one.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
