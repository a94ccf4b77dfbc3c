package rttest_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// The programs of the package document, whose listings are taken from here and from what these tests
// report.

//async:func
func deposit(balance *int, amount int) {
	before := *balance
	rt.Yield().Await() // or whatever else lets others run
	*balance = before + amount
}

//async:func
func twoDeposits() error {
	balance := 0
	first, second := rt.Spawn(depositAsync(&balance, 1)), rt.Spawn(depositAsync(&balance, 1))
	first.Await()
	second.Await()
	if balance != 2 {
		return fmt.Errorf("the balance is %d", balance)
	}
	return nil
}

//async:func
func backups(days int) (made int, err error) {
	nights := rt.NewInterval(24*time.Hour, rt.Skip)
	for range days {
		if _, err := nights.Tick().Await(); err != nil {
			return made, err
		}
		made++
	}
	return made, nil
}

//async:func
func relay(from *achan.Receiver[int], to *achan.Sender[int]) error {
	v, err := from.Recv().Await()
	if err != nil {
		return err
	}
	return to.Send(v).Await()
}

//async:func
func circle() error {
	tx1, rx1 := achan.MPSC[int](1)
	tx2, rx2 := achan.MPSC[int](1)
	there, back := rt.Spawn(relayAsync(rx1, tx2)), rt.Spawn(relayAsync(rx2, tx1))
	there.SetName("there")
	back.SetName("back")
	_, err := there.Await()
	if _, failed := back.Await(); err == nil {
		err = failed
	}
	return err
}

// A latch is open once Open was called.
type latch struct {
	mu   sync.Mutex
	open bool
	wake rt.Waker
}

func (l *latch) Open() {
	l.mu.Lock()
	l.open = true
	w := l.wake
	l.mu.Unlock()
	w.Wake()
}

// A latchWait waits for a latch.
type latchWait struct {
	rt.Pin
	latch *latch
	polls int
	done  bool
}

func (f *latchWait) Poll(cx *rt.Context) rt.Poll[struct{}] {
	if f.done {
		panic(rt.Completed("latch"))
	}
	l := f.latch
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := cx.Stopped(); err != nil && !l.open {
		f.done = true
		return rt.Fail[struct{}](err)
	}
	if !l.open {
		if f.polls++; f.polls == 1 { // wrong: a later poll may come with another waker
			l.wake = cx.Waker()
		}
		return rt.Pending[struct{}]()
	}
	f.done = true
	return rt.Ready(struct{}{})
}

func (f *latchWait) Cancel() {
	f.latch.mu.Lock()
	defer f.latch.mu.Unlock()
	f.latch.wake, f.done = rt.Waker{}, true
}

// guide is a test that fails and is not to fail this one.
type guide struct {
	*recorder
	name string
}

func (g guide) Name() string { return g.name }

// TestGuide runs the programs of the package document, and compares the listings there with their
// source and with what is reported.
func TestGuide(t *testing.T) {
	defer rttest.Impatient()()
	var seen strings.Builder
	in := func(name string, test func(t testing.TB)) {
		g := guide{new(recorder), name}
		test(g)
		g.end()
		seen.WriteString(strings.Join(g.messages, "\n") + "\n")
	}
	in("TestDeposits", func(t testing.TB) { rttest.Seeds(t, 1000, twoDepositsAsync) })
	in("TestCircle", func(t testing.TB) { rttest.Run(t, 1, circleAsync) })
	in("TestLatch", func(t testing.TB) {
		rttest.CheckSubject(t, func() rttest.Subject[struct{}] {
			l := new(latch)
			return rttest.Subject[struct{}]{Future: &latchWait{latch: l}, Complete: l.Open}
		})
	})
	trace := rttest.Run(t, 1, func() *backupsFuture { return backupsAsync(365) })
	fmt.Fprintln(&seen, trace[len(trace)-1])

	source, err := os.ReadFile("guide_test.go")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	code, listings := trimmed(string(source)), 0
	for _, listing := range strings.Split(string(doc), "\n//\n") {
		text, ok := strings.CutPrefix(listing, "//\t")
		if !ok {
			continue
		}
		listings++
		text = trimmed(strings.ReplaceAll(text, "\n//\t", "\n"))
		if !strings.Contains(code, text) && !strings.Contains(trimmed(seen.String()), text) {
			t.Errorf("this is neither in guide_test.go nor reported:\n%s\n\nreported is:\n%s", text, &seen)
		}
	}
	if listings < 8 {
		t.Errorf("%d listings", listings)
	}
}

// trimmed removes the indentation of each line.
func trimmed(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
