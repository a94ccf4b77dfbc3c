// Package alock has locks and their like for code that awaits: whoever has to wait is
// suspended, and its worker goes on with other tasks.
//
//	var balance alock.Mutex[int]
//
//	g, err := balance.Lock().Await()
//	if err != nil {
//		return err
//	}
//	defer g.Unlock()
//	*g.Value() += deposit(*g.Value()).Await()
//
// Where nothing is awaited while a lock is held, a sync.Mutex does as well, and does it
// faster. Everything here may be used by any goroutines, by tasks of different
// runtimes, and by plain code, whose Await blocks the goroutine.
//
// # Order
//
// Who has waited longest comes first, in all of them. What is released is granted to the first
// in the queue, and kept for it until it is polled; nobody else can take it meanwhile. When
// nobody waits, to take and to release are one atomic operation each, and for readers and permits a second,
// which tells them apart.
//
// Where a task unlocks or notifies, whom it wakes is polled by the same worker next, unless that has lost
// its queue. For that the method needs the context of the poll: what is compiled from an annotated function
// calls UnlockIn where the source calls or defers Unlock, and so on. Who writes futures by hand may call these
// methods too, in polls only. They do the same as the others otherwise.
//
// # Stopping and canceling
//
// An operation that may have to wait fails with [rt.ErrStopped] in a task that was asked to stop,
// whether or not it would have had to wait. To cancel one that has not ended, as a select
// does with the losers, has these effects:
//
//	Mutex.Lock            none
//	RWMutex.RLock, Lock   none
//	Semaphore.Acquire…    none
//	Notify.Wait           none
//	Barrier.Wait          none: as if it had not come, unless the barrier has opened
//	Cond.Wait             the lock is not held any more, and to unlock the guard does nothing
//	OnceCell.GetOrInit    cancels its own init, if that was begun; the next one tries
//
// None means that nobody else can tell: what was granted already passes to the next in the
// queue.
package alock
