//go:build !asyncgen_portable

package poller

import (
	"errors"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// newPoller returns a poller that the test closes.
func newPoller(t *testing.T) *Poller {
	t.Helper()
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// socketpair returns two connected non-blocking stream sockets.
func socketpair(t *testing.T) (a, b int) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fds[0]); unix.Close(fds[1]) })
	return fds[0], fds[1]
}

// wait fails the test unless exactly the wanted events come.
func wait(t *testing.T, p *Poller, timeout time.Duration, want ...Event) {
	t.Helper()
	var events [8]Event
	n, err := p.Wait(events[:], timeout)
	if err != nil {
		t.Fatal(err)
	}
	if n != len(want) {
		t.Fatalf("got events %+v, want %+v", events[:n], want)
	}
	for i := range want {
		if events[i] != want[i] {
			t.Fatalf("got events %+v, want %+v", events[:n], want)
		}
	}
}

func TestEvents(t *testing.T) {
	const key = 7<<32 | 1<<31 | 5 // all bits of both halves must survive
	p := newPoller(t)
	a, b := socketpair(t)
	wait(t, p, 0)
	if err := p.Add(a, key); err != nil {
		t.Fatal(err)
	}
	wait(t, p, 0, Event{Key: key, Writable: true}) // ready when it was added
	wait(t, p, 0)                                  // an edge, not a level

	unix.Write(b, []byte("x"))
	wait(t, p, -1, Event{Key: key, Readable: true, Writable: true})
	wait(t, p, 0)
	unix.Write(b, []byte("y")) // not read yet: new data is a new edge all the same
	wait(t, p, time.Second, Event{Key: key, Readable: true, Writable: true})

	unix.Shutdown(b, unix.SHUT_WR)
	wait(t, p, -1, Event{Key: key, Readable: true, Writable: true, Hangup: true})

	if err := p.Remove(a); err != nil {
		t.Fatal(err)
	}
	unix.Shutdown(b, unix.SHUT_RD)
	wait(t, p, 0)
}

// The slice bounds what one call returns; the rest comes with the next.
func TestBatch(t *testing.T) {
	p := newPoller(t)
	for key := range uint64(3) {
		a, _ := socketpair(t)
		if err := p.Add(a, key); err != nil {
			t.Fatal(err)
		}
	}
	var events [2]Event
	for _, want := range []int{2, 1, 0} {
		if n, err := p.Wait(events[:], 0); n != want || err != nil {
			t.Fatalf("Wait = %d, %v, want %d", n, err, want)
		}
	}
	if n, err := p.Wait(nil, -1); n != 0 || err != nil {
		t.Fatalf("Wait without space = %d, %v", n, err)
	}
}

func TestAddErrors(t *testing.T) {
	p := newPoller(t)
	if err := p.Add(-1, 1); !errors.Is(err, unix.EBADF) {
		t.Errorf("Add of a bad descriptor: %v", err)
	}
	a, _ := socketpair(t)
	if err := p.Add(a, 1); err != nil {
		t.Fatal(err)
	}
	if err := p.Add(a, 2); !errors.Is(err, unix.EEXIST) {
		t.Errorf("second Add: %v", err)
	}
	if err := p.Remove(a); err != nil {
		t.Fatal(err)
	}
	if err := p.Remove(a); !errors.Is(err, unix.ENOENT) {
		t.Errorf("second Remove: %v", err)
	}
}

// A wake ends the wait that blocks, from another goroutine and from before.
func TestWake(t *testing.T) {
	p := newPoller(t)
	for range 3 {
		if err := p.Wake(); err != nil {
			t.Fatal(err)
		}
	}
	wait(t, p, 0) // does not consume it
	if !p.Due() {
		t.Error("not due after a wake")
	}
	wait(t, p, -1) // consumes all three
	if p.Due() {
		t.Error("due although nothing is left")
	}

	returned := make(chan error)
	for range 100 {
		go func() {
			var events [1]Event
			_, err := p.Wait(events[:], -1)
			returned <- err
		}()
		if err := p.Wake(); err != nil {
			t.Fatal(err)
		}
		if err := <-returned; err != nil {
			t.Fatal(err)
		}
	}
}

// No wake of many goroutines is lost: each of them waits to be noticed.
func TestWakeConcurrent(t *testing.T) {
	p := newPoller(t)
	const goroutines, rounds = 4, 500
	requests := make(chan chan struct{}, goroutines)
	for range goroutines {
		go func() {
			noticed := make(chan struct{})
			for range rounds {
				requests <- noticed
				p.Wake()
				<-noticed
			}
		}()
	}
	for left := goroutines * rounds; left > 0; {
		var events [1]Event
		if _, err := p.Wait(events[:], -1); err != nil {
			t.Fatal(err)
		}
		for more := true; more; {
			select {
			case noticed := <-requests:
				noticed <- struct{}{}
				left--
			default:
				more = false
			}
		}
	}
}

// A timeout is never early, with and without epoll_pwait2, unless a signal ends the call, as those
// do that the Go runtime sends; how late it is shows [BenchmarkShortTimeout].
func TestTimeout(t *testing.T) {
	for _, fallback := range []bool{false, true} {
		p := newPoller(t)
		p.noPwait2.Store(fallback)
		for _, timeout := range []time.Duration{50 * time.Microsecond, 1100 * time.Microsecond} {
			for range 20 {
				start := time.Now()
				n, errno := p.fetch(p.raw[:], timeout)
				if n != 0 || errno != 0 && errno != unix.EINTR {
					t.Fatalf("fallback %v: %d events, %v", fallback, n, errno)
				}
				if took := time.Since(start); took < timeout && errno == 0 {
					t.Fatalf("fallback %v: a wait of %v returned after %v", fallback, timeout, took)
				}
			}
		}
		a, b := socketpair(t)
		if err := p.Add(a, 3); err != nil {
			t.Fatal(err)
		}
		wait(t, p, time.Minute, Event{Key: 3, Writable: true})
		unix.Write(b, []byte("x"))
		wait(t, p, time.Minute, Event{Key: 3, Readable: true, Writable: true})
		wait(t, p, 1) // the shortest timeout there is
		p.Wake()
		wait(t, p, 1<<63-1) // the longest
	}
}

// After Close, late calls touch no descriptor: their numbers may be in use again.
func TestClose(t *testing.T) {
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	a, _ := socketpair(t)
	if err := p.Add(a, 1); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"Wake":   p.Wake(),
		"Add":    p.Add(a, 1),
		"Remove": p.Remove(a),
		"Close":  p.Close(),
	} {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s on a closed poller: %v", name, err)
		}
	}
	if p.Due() {
		t.Error("a closed poller is due")
	}
}

// An error condition counts as readiness for both directions.
func TestHangup(t *testing.T) {
	p := newPoller(t)
	a, b := socketpair(t)
	if err := p.Add(a, 9); err != nil {
		t.Fatal(err)
	}
	wait(t, p, 0, Event{Key: 9, Writable: true})
	unix.Shutdown(b, unix.SHUT_RDWR)
	wait(t, p, -1, Event{Key: 9, Readable: true, Writable: true, Hangup: true})
}

func BenchmarkWaitNothing(b *testing.B) {
	p, err := New()
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	var events [128]Event
	for b.Loop() {
		p.Wait(events[:], 0)
	}
}

func BenchmarkWake(b *testing.B) {
	p, err := New()
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	var events [128]Event
	for b.Loop() {
		p.Wake()
		p.Wait(events[:], -1)
	}
}

// BenchmarkShortTimeout shows what a wait of 50 µs really takes.
func BenchmarkShortTimeout(b *testing.B) {
	for name, fallback := range map[string]bool{"pwait2": false, "ppoll": true} {
		b.Run(name, func(b *testing.B) {
			p, err := New()
			if err != nil {
				b.Fatal(err)
			}
			defer p.Close()
			p.noPwait2.Store(fallback)
			var events [128]Event
			for b.Loop() {
				p.Wait(events[:], 50*time.Microsecond)
			}
		})
	}
}
