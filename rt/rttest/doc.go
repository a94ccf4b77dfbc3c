// Package rttest is for tests of code that waits: [Run] and [Seeds] repeat what such code does in one
// order of many, [Check] looks whether a future keeps to the rules. This page shows both at work, on
// programs with one mistake each.
//
// # An update that is lost
//
// A deposit reads the balance, lets others run, and writes it. Two at once may lose one of them, in
// some orders only:
//
//	//async:func
//	func deposit(balance *int, amount int) {
//		before := *balance
//		rt.Yield().Await() // or whatever else lets others run
//		*balance = before + amount
//	}
//
//	//async:func
//	func twoDeposits() error {
//		balance := 0
//		first, second := rt.Spawn(depositAsync(&balance, 1)), rt.Spawn(depositAsync(&balance, 1))
//		first.Await()
//		second.Await()
//		if balance != 2 {
//			return fmt.Errorf("the balance is %d", balance)
//		}
//		return nil
//	}
//
// Seeds runs the twin with one seed after the other. Which of the tasks that could go on is polled next,
// when a task has used up its budget, and which of several futures a select takes, all comes from the
// seed:
//
//	in("TestDeposits", func(t testing.TB) { rttest.Seeds(t, 1000, twoDepositsAsync) })
//
// In a test of one's own that is rttest.Seeds(t, 1000, twoDepositsAsync). It says which seed has made the
// test fail, why, and which polls it was, in order:
//
//	rttest: failed with seed 2 (to repeat: RTTEST_SEED=2 go test -run '^TestDeposits$')
//	the balance is 1
//	the last of 6 polls:
//	0s task 0 (test): pending
//	0s task 2: yielded
//	0s task 1: yielded
//	0s task 1: ended
//	0s task 2: ended
//	0s task 0 (test): ended
//
// Both tasks have yielded before one of them ends, which is the mistake. With the seed in the environment
// the same run comes again, as often as one likes, with a debugger too. A test that is to keep a seed for ever
// calls [Run] with it.
//
// # Time
//
// The clock of a run stands still while a task can go on, and then jumps to the next timer. A year of
// backups, one a night, takes no time:
//
//	//async:func
//	func backups(days int) (made int, err error) {
//		nights := rt.NewInterval(24*time.Hour, rt.Skip)
//		for range days {
//			if _, err := nights.Tick().Await(); err != nil {
//				return made, err
//			}
//			made++
//		}
//		return made, nil
//	}
//
// Run returns the polls that it has made, of which the last is
//
//	8760h0m0s task 0 (test): ended
//
// # Nobody goes on
//
// Here two tasks wait for each other's message:
//
//	//async:func
//	func relay(from *achan.Receiver[int], to *achan.Sender[int]) error {
//		v, err := from.Recv().Await()
//		if err != nil {
//			return err
//		}
//		return to.Send(v).Await()
//	}
//
//	//async:func
//	func circle() error {
//		tx1, rx1 := achan.MPSC[int](1)
//		tx2, rx2 := achan.MPSC[int](1)
//		there, back := rt.Spawn(relayAsync(rx1, tx2)), rt.Spawn(relayAsync(rx2, tx1))
//		there.SetName("there")
//		back.SetName("back")
//		_, err := there.Await()
//		if _, failed := back.Await(); err == nil {
//			err = failed
//		}
//		return err
//	}
//
// The run ends when no task can go on and no timer is left, and all await chains are listed:
//
//	deadlock: no task can go on
//	runtime "TestCircle": 3 tasks
//
//	task "test": waiting for 0s, 0s old
//		rttest_test.circle guide_test.go:66
//		rt.Task.Await "there"
//
//	task "there": waiting for 0s, 0s old
//		rttest_test.relay guide_test.go:52
//		achan.Receiver.Recv
//
//	task "back": waiting for 0s, 0s old
//		rttest_test.relay guide_test.go:52
//		achan.Receiver.Recv
//
// # A future of one's own
//
// A future that is written by hand has rules to keep, those of [rt.Future]. This one waits until a latch is
// open, and forgets one of them:
//
//	func (f *latchWait) Poll(cx *rt.Context) rt.Poll[struct{}] {
//		if f.done {
//			panic(rt.Completed("latch"))
//		}
//		l := f.latch
//		l.mu.Lock()
//		defer l.mu.Unlock()
//		if err := cx.Stopped(); err != nil && !l.open {
//			f.done = true
//			return rt.Fail[struct{}](err)
//		}
//		if !l.open {
//			if f.polls++; f.polls == 1 { // wrong: a later poll may come with another waker
//				l.wake = cx.Waker()
//			}
//			return rt.Pending[struct{}]()
//		}
//		f.done = true
//		return rt.Ready(struct{}{})
//	}
//
// [CheckSubject] is told how to make one and how to let it become ready; [Check] is for those that do so by
// themselves:
//
//	rttest.CheckSubject(t, func() rttest.Subject[struct{}] {
//		l := new(latch)
//		return rttest.Subject[struct{}]{Future: &latchWait{latch: l}, Complete: l.Open}
//	})
//
// It does with the future whatever an owner may do, and reports
//
//	rttest: polled with other wakers: pending, and the waker of the last poll is never called, perhaps an earlier one
//
// # What a run cannot do
//
// Everything has to come from the runtime that polls. There are no descriptors, so that what a server does
// with a connection is tested over an aio.Pipe; a goroutine that wakes a task fails the test, since nobody
// knows when it does; and code that reads the system's clock instead of [rt.Now] sees no time go by. So does a
// context.Context with a deadline; one that the code under test cancels ends [rt.WithContext] at the end of the
// poll in which it does. [rt.Blocking] calls its function in the poll.
package rttest
