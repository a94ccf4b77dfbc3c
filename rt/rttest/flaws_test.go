package rttest_test

import (
	"errors"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// A gate is closed until it is opened. To wait for it is a future that can be right, and wrong
// in many ways.
type gate struct {
	mu     sync.Mutex
	isOpen bool
	wakers map[*pass]rt.Waker
	flaw   flaw
}

func newGate(f flaw) *gate {
	return &gate{wakers: map[*pass]rt.Waker{}, flaw: f}
}

// subject is waiting for a gate, for CheckSubject.
func (g *gate) subject() rttest.Subject[int] {
	return rttest.Subject[int]{
		Future:   &pass{gate: g},
		Complete: g.open,
		Close:    g.open, // for whoever still waits
	}
}

func (g *gate) open() {
	g.mu.Lock()
	g.isOpen = true
	var wake []rt.Waker
	for p, w := range g.wakers {
		wake = append(wake, w)
		delete(g.wakers, p)
	}
	if g.flaw == wakesUnderLock {
		defer g.mu.Unlock()
	} else {
		g.mu.Unlock()
	}
	if g.flaw == neverWakes {
		return
	}
	for _, w := range wake {
		w.Wake()
	}
}

// pass is the future of a gate.
type pass struct {
	rt.Pin
	gate     *gate
	polls    int
	done     bool
	canceled bool
	timer    *rt.SleepFuture
	file     *os.File
}

// A flaw is a mistake that a future can have.
type flaw string

const (
	none                  flaw = "none"
	forgetsNewWaker       flaw = "it keeps the waker of the first poll"
	losesWakeDuringPoll   flaw = "it looks, and keeps the waker later"
	neverWakes            flaw = "it never wakes"
	readyTwice            flaw = "it may be polled after completion"
	wrongPanic            flaw = "it panics with something else after completion"
	ignoresCancel         flaw = "its waker stays when it is canceled"
	leaksTimer            flaw = "its timer stays when it is canceled"
	leaksGoroutine        flaw = "a goroutine stays when it is canceled"
	leaksFile             flaw = "a file stays open when it is canceled"
	wakesUnderLock        flaw = "it wakes with its lock held"
	secondCancelPanics    flaw = "the second Cancel panics"
	cancelReadyPanics     flaw = "Cancel panics when it was ready"
	cancelNewPanics       flaw = "Cancel panics before the first poll"
	believesEveryPoll     flaw = "it takes a poll for a wake"
	countsPolls           flaw = "its result depends on how often it is polled"
	needsPolls            flaw = "it is not ready before the fifth poll"
	ignoresStop           flaw = "it goes on waiting in a task that is to stop"
	wrongStop             flaw = "its error does not say that it was stopped"
	onceOpenNeverAgain    flaw = "it fails if it was completed before the first poll"
	secondCancelBlocks    flaw = "the second Cancel blocks"
	registersAfterPending flaw = "it keeps the waker in a goroutine"
	cancelWokenPanics     flaw = "Cancel panics when it was woken and not polled"
)

// flaws are those that Check has to find, with a part of what it says.
var flaws = map[flaw]string{
	forgetsNewWaker:       "waker of the last poll is never called",
	losesWakeDuringPoll:   "never called",
	neverWakes:            "the waker is never called",
	readyTwice:            "does not panic",
	wrongPanic:            "not with rt.Completed",
	ignoresCancel:         "waker is kept",
	leaksTimer:            "waker is kept",
	leaksGoroutine:        "left behind",
	leaksFile:             "left behind",
	wakesUnderLock:        "with a lock held",
	secondCancelPanics:    "the second time",
	cancelReadyPanics:     "Cancel panicked",
	cancelNewPanics:       "after 0 polls: Cancel panicked",
	believesEveryPoll:     "elsewhere with",
	countsPolls:           "elsewhere with",
	needsPolls:            "never called",
	ignoresStop:           "to stop: it does not end",
	wrongStop:             "errors.Is",
	onceOpenNeverAgain:    "elsewhere with",
	secondCancelBlocks:    "does not return",
	registersAfterPending: "never called",
	cancelWokenPanics:     "completed while it is canceled: Cancel panicked",
}

func (p *pass) Poll(cx *rt.Context) rt.Poll[int] {
	g := p.gate
	if p.done {
		switch g.flaw {
		case readyTwice:
			return rt.Ready(42)
		case wrongPanic:
			panic("done")
		}
		panic(rt.Completed("rttest_test.gate"))
	}
	p.polls++
	if p.polls == 1 {
		p.begin(cx)
	}
	g.mu.Lock()
	isOpen := g.isOpen || g.flaw == believesEveryPoll && p.polls > 1
	if g.flaw == losesWakeDuringPoll {
		g.mu.Unlock()
		runtime.Gosched()
		g.mu.Lock()
	}
	defer g.mu.Unlock()
	if g.flaw == needsPolls && p.polls < 5 {
		isOpen = false
	}
	if !isOpen {
		if err := cx.Stopped(); err != nil && g.flaw != ignoresStop {
			return p.stop(err)
		}
		p.register(cx.Waker())
		return rt.Pending[int]()
	}
	p.done = true
	p.end()
	switch {
	case g.flaw == countsPolls:
		return rt.Ready(p.polls)
	case g.flaw == believesEveryPoll && !g.isOpen:
		return rt.Ready(0)
	case g.flaw == onceOpenNeverAgain && p.polls == 1:
		return rt.Fail[int](errors.New("missed it"))
	}
	return rt.Ready(42)
}

// begin takes what the future needs, or leaks.
func (p *pass) begin(cx *rt.Context) {
	switch p.gate.flaw {
	case leaksTimer:
		p.timer = rt.Sleep(time.Hour)
		p.timer.Poll(cx)
	case leaksGoroutine:
		go func() { <-leaked }()
	case leaksFile:
		p.file, _ = os.Open(os.DevNull)
		leakedFiles = append(leakedFiles, p.file) // or the garbage collector would close them
	}
}

// leaked lets leaked goroutines end, after the test, and leakedFiles are closed then.
var (
	leaked      chan struct{}
	leakedFiles []*os.File
)

// end gives back what begin has taken.
func (p *pass) end() {
	delete(p.gate.wakers, p)
	if p.timer != nil {
		p.timer.Cancel()
	}
	if p.file != nil && !p.canceled {
		p.file.Close()
	}
}

func (p *pass) stop(err error) rt.Poll[int] {
	p.done = true
	p.end()
	if p.gate.flaw == wrongStop {
		err = errors.New("no")
	}
	return rt.Fail[int](err)
}

func (p *pass) register(w rt.Waker) {
	g := p.gate
	if _, known := g.wakers[p]; known && g.flaw == forgetsNewWaker {
		return
	}
	if g.flaw == registersAfterPending {
		go func() {
			runtime.Gosched()
			g.mu.Lock()
			defer g.mu.Unlock()
			g.wakers[p] = w
		}()
		return
	}
	g.wakers[p] = w
}

func (p *pass) Cancel() {
	g := p.gate
	switch {
	case g.flaw == secondCancelPanics && p.canceled,
		g.flaw == cancelReadyPanics && p.done && !p.canceled,
		g.flaw == cancelNewPanics && p.polls == 0:
		panic("wrong")
	}
	if g.flaw == secondCancelBlocks && p.canceled {
		<-leaked
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.flaw == cancelWokenPanics && g.isOpen && !p.done {
		panic("wrong")
	}
	p.canceled, p.done = true, true
	if g.flaw != ignoresCancel && g.flaw != leaksTimer {
		p.end()
	}
}
