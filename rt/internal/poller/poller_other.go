//go:build !linux || asyncgen_portable

package poller

import (
	"errors"
	"os"
	"sync"
	"time"
)

// Other systems: no descriptors yet. Waiting and waking work, by a channel and a
// timer, so that tasks and sleeps run everywhere; only Add says that it is not
// supported.

// A Poller waits for its own Wake and nothing else.
type Poller struct {
	wake chan struct{} // one token: a wake that nobody has waited for yet

	mu     sync.Mutex
	closed bool
}

// New returns a poller that watches nothing.
func New() (*Poller, error) {
	return &Poller{wake: make(chan struct{}, 1)}, nil
}

// Add fails with [errors.ErrUnsupported].
func (p *Poller) Add(fd int, key uint64) error { return errors.ErrUnsupported }

// Remove fails with [errors.ErrUnsupported].
func (p *Poller) Remove(fd int) error { return errors.ErrUnsupported }

// Wait blocks until a Wake or the timeout, whichever is first. A timeout of zero
// does not block, a negative one has no end. It never finds events. Only one
// goroutine may be in Wait at a time.
func (p *Poller) Wait(events []Event, timeout time.Duration) (int, error) {
	switch {
	case timeout == 0:
	case timeout < 0:
		<-p.wake
	default:
		timer := time.NewTimer(timeout)
		select {
		case <-p.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return 0, nil
}

// Due reports whether a Wait would return at once.
func (p *Poller) Due() bool { return len(p.wake) > 0 }

// Wake ends a Wait that blocks, or the next one that would.
func (p *Poller) Wake() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return os.ErrClosed
	}
	select {
	case p.wake <- struct{}{}:
	default:
	}
	return nil
}

// Close ends the use of the poller.
func (p *Poller) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return os.ErrClosed
	}
	p.closed = true
	return nil
}
