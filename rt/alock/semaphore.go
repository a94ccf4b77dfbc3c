package alock

import (
	"errors"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// ErrClosed is what a closed [Semaphore] refuses permits with.
var ErrClosed = errors.New("alock: the semaphore is closed")

// A Semaphore gives out permits, of which there is a limited number. They are given in the
// order in which they were asked for: who wants one waits behind who wants many. Use
// [NewSemaphore] to make one. It must not be copied.
type Semaphore struct {
	sem sem // what was never there counts as taken
	out endless
}

// MaxPermits is the largest number of permits of a [Semaphore].
const MaxPermits = maxTaken

// NewSemaphore returns a semaphore with n permits, which must not be negative or more than
// [MaxPermits].
func NewSemaphore(n int) *Semaphore {
	if n < 0 || n > MaxPermits {
		panic("alock: number of permits out of range")
	}
	s := &Semaphore{}
	s.sem.word.Store(uint64(unlock(MaxPermits - uint32(n))))
	return s
}

// A Permit is what was acquired from a [Semaphore]. It belongs to nobody in particular: any
// goroutine may release it. It may be copied, but only one of the copies may be released. The
// zero Permit is of nothing.
type Permit struct {
	from   *Semaphore
	n      uint32
	ticket uint32
}

// permit returns a permit for n that were taken.
func (s *Semaphore) permit(n uint32) Permit { return Permit{s, n, s.out.issue()} }

// Acquire returns a future of one permit, like AcquireMany(1).
//
//async:new
func (s *Semaphore) Acquire() *AcquireFuture { return &AcquireFuture{from: s, n: 1} }

// AcquireMany returns a future of n permits at once, at least one. If there are fewer than
// that altogether, it waits for [Semaphore.Add]. It fails with [ErrClosed] if the semaphore is
// closed, and with [rt.ErrStopped] if the task was asked to stop. Canceling it leaves the permits
// to others, also if it was this one's turn.
//
//async:new
func (s *Semaphore) AcquireMany(n int) *AcquireFuture {
	return &AcquireFuture{from: s, n: permits(n)}
}

// permits checks a number of permits to be acquired.
func permits(n int) uint32 {
	if n < 1 || n > MaxPermits {
		panic("alock: number of permits out of range")
	}
	return uint32(n)
}

// TryAcquire acquires a permit if that is possible without waiting.
func (s *Semaphore) TryAcquire() (Permit, bool) { return s.TryAcquireMany(1) }

// TryAcquireMany acquires n permits, at least one, if that is possible without waiting.
func (s *Semaphore) TryAcquireMany(n int) (Permit, bool) {
	if _, ok := s.sem.try(permits(n), MaxPermits); !ok {
		return Permit{}, false
	}
	return s.permit(uint32(n)), true
}

// Available returns how many permits are there to be acquired.
func (s *Semaphore) Available() int { return MaxPermits - int(s.sem.load().taken()) }

// Add adds n permits to those that there are. It panics if they become more than [MaxPermits],
// with those that were given out.
//
//async:in
func (s *Semaphore) Add(n int) { s.AddIn(nil, n) }

// AddIn is Add in the poll whose context cx is.
func (s *Semaphore) AddIn(cx *rt.Context, n int) {
	if n < 0 || n > MaxPermits || !s.sem.release(cx, unlock(uint32(n)), MaxPermits) {
		panic("alock: number of permits out of range")
	}
}

// Close refuses permits to all who wait for them, and from then on. Permits that were given out
// may be released as usual.
func (s *Semaphore) Close() { s.sem.close() }

// Count returns the number of permits in p.
func (p Permit) Count() int { return int(p.n) }

// Release gives p back. It never waits. It panics if that was done before, unless its number has passed to
// a permit that was given out since, which happens as late as possible.
//
//async:in
func (p Permit) Release() { p.ReleaseIn(nil) }

// ReleaseIn is Release in the poll whose context cx is.
func (p Permit) ReleaseIn(cx *rt.Context) { p.giveBack(cx, take(p.n)) }

// Forget gives p up without giving it back: there are so many less from now on. It panics as Release
// does.
func (p Permit) Forget() { p.giveBack(nil, take(p.n)-unlock(p.n)) }

// giveBack ends the permit, and subtracts back from what is taken. The zero Permit is of nothing. cx is nil
// outside of polls.
func (p Permit) giveBack(cx *rt.Context, back semWord) {
	if s := p.from; s != nil && (!s.out.redeem(p.ticket) || !s.sem.release(cx, back, MaxPermits)) {
		panic(misusePermit)
	}
}

const misusePermit = "alock: the Permit was released or forgotten before"

// An AcquireFuture is the future of [Semaphore.Acquire] and [Semaphore.AcquireMany].
type AcquireFuture struct {
	rt.Pin
	from *Semaphore // nil when it is done
	n    uint32
	wait waitlist.Waiter
}

// Poll is ready with the permit when it is granted.
func (f *AcquireFuture) Poll(cx *rt.Context) rt.Poll[Permit] {
	s := f.from
	if s == nil {
		panic(rt.Completed("alock.Semaphore.Acquire"))
	}
	if err := cx.Stopped(); err != nil || !cx.CanSpend() {
		if !cx.Spend() {
			return rt.Pending[Permit]()
		}
		f.from = nil
		s.sem.leave(cx, &f.wait, MaxPermits)
		return rt.Fail[Permit](err)
	}
	_, how := s.sem.acquire(cx, &f.wait, f.n, MaxPermits)
	if how == waiting {
		return rt.Pending[Permit]()
	}
	f.from = nil
	if how == refused {
		return rt.Fail[Permit](ErrClosed)
	}
	return rt.Ready(s.permit(f.n))
}

// Where names what the future waits for.
func (f *AcquireFuture) Where(w *rt.Where) { w.Operation("alock.Semaphore.Acquire") }

// Cancel gives up waiting.
func (f *AcquireFuture) Cancel() {
	if s := f.from; s != nil {
		f.from = nil
		s.sem.leave(nil, &f.wait, MaxPermits)
	}
}

// Await waits for the permit.
func (f *AcquireFuture) Await() (Permit, error) {
	p := rt.Block(f, (*AcquireFuture).Poll)
	return p.Value, p.Err
}
