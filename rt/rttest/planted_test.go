package rttest_test

import (
	"errors"
	"fmt"

	"github.com/asyncgen/asyncgen/rt"
)

// Programs with errors that show in some orders only.

// mutex is a lock as simple as it can be. Its waiters try again when it is unlocked.
type mutex struct {
	locked  bool
	waiters []rt.Waker
}

func (m *mutex) lock() rt.Future[struct{}] {
	return rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
		if m.locked {
			m.waiters = append(m.waiters, cx.Waker())
			return rt.Pending[struct{}]()
		}
		if !cx.Spend() {
			return rt.Pending[struct{}]()
		}
		m.locked = true
		return rt.Ready(struct{}{})
	})
}

func (m *mutex) unlock() {
	m.locked = false
	for _, w := range m.waiters {
		w.Wake()
	}
	m.waiters = nil
}

// withdraw takes amount from the balance if there is enough. The error is that the lock is
// given up between the look and the withdrawal.
//
//async:func
func withdraw(m *mutex, balance *int, amount int) {
	rt.Await(m.lock())
	enough := *balance >= amount
	m.unlock()
	if enough {
		rt.Await(m.lock())
		*balance -= amount
		m.unlock()
	}
}

// lostUpdate has two withdrawals of more than there is.
//
//async:func
func lostUpdate() error {
	var m mutex
	balance := 100
	a := rt.Spawn(withdrawAsync(&m, &balance, 60))
	b := rt.Spawn(withdrawAsync(&m, &balance, 60))
	a.Await()
	b.Await()
	if balance < 0 {
		return fmt.Errorf("the balance is %d", balance)
	}
	return nil
}

// hold locks first, then second.
//
//async:func
func hold(first, second *mutex) {
	rt.Await(first.lock())
	rt.Yield().Await()
	rt.Await(second.lock())
	second.unlock()
	first.unlock()
}

// deadlock has two tasks lock two mutexes, in different orders.
//
//async:func
func deadlock() {
	var a, b mutex
	first, second := rt.Spawn(holdAsync(&a, &b)), rt.Spawn(holdAsync(&b, &a))
	first.SetName("first")
	first.Await()
	second.Await()
}

// event lets one task wait until it is set.
type event struct {
	set   bool
	waker rt.Waker
}

// wait looks whether e is set and leaves its waker only in the next poll: the error is that e
// can be set in between.
func (e *event) wait() rt.Future[struct{}] {
	looked := false
	return rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
		if !looked {
			looked = true
			if e.set {
				return rt.Ready(struct{}{})
			}
			cx.Waker().Wake()
			return rt.Pending[struct{}]()
		}
		if e.waker != (rt.Waker{}) {
			return rt.Ready(struct{}{})
		}
		e.waker = cx.Waker()
		return rt.Pending[struct{}]()
	})
}

func (e *event) signal() {
	e.set = true
	e.waker.Wake()
}

//async:func
func signal(e *event, after int) {
	for range after {
		rt.Yield().Await()
	}
	e.signal()
}

//async:func
func lostWake() {
	var e event
	rt.Spawn(signalAsync(&e, 3)).Detach()
	rt.Await(e.wait())
}

// count makes n steps.
//
//async:func
func count(n *int, to int, progress *mutex) {
	for *n < to {
		*n++
		// Waits, without giving way: the lock is free.
		rt.Await(progress.lock())
		progress.unlock()
		rt.Sleep(0).Await()
	}
}

var errLate = errors.New("one task was late")

// late fails if one task makes none of its steps while another makes 60.
//
//async:func
func late() error {
	var a, b int
	var ma, mb mutex
	first, second := rt.Spawn(countAsync(&a, 60, &ma)), rt.Spawn(countAsync(&b, 60, &mb))
	first.Await()
	if b == 0 {
		second.Cancel()
		return errLate
	}
	second.Await()
	return nil
}
