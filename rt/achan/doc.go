// Package achan has channels for code that awaits: who has to wait for a message, or for room
// for one, is suspended, and its worker goes on with other tasks.
//
//	tx, rx := achan.MPSC[string](16)
//	group.Go(func() error {
//		defer tx.Close()
//		return tx.Send("hello").Await()
//	})
//	for s := range rx.All() {
//		fmt.Println(s)
//	}
//
// The channels differ in who gets a message, and in what happens to a sender that is faster
// than its receivers:
//
//	MPSC        one receiver gets all; a sender waits when the channel is full
//	MPMC        each message goes to one of the receivers; a sender waits likewise
//	Oneshot     one message, once
//	Broadcast   each message goes to all receivers; those who are too slow lose the oldest
//	Watch       all receivers see the newest message and may miss others
//	From        receives from a Go channel
//
// All may be used by any goroutines, by tasks of different runtimes, and by plain code, whose
// Await blocks the goroutine.
//
// # Closing
//
// A channel has handles for its two sides. Clone makes another one, and each is closed by
// itself. When all senders are closed, receivers get what is left and then [ErrClosed]; when
// all receivers are closed, senders get it at once, and what was left is dropped. So a handle
// belongs to whoever may be the last to use it, and is closed in a defer statement:
//
//	defer tx.Close()
//
// Nothing closes a handle that was dropped. The garbage collector could, with a finalizer, but
// at a time that nobody knows, and not at all while some task that waits for just this still
// refers to it: the end of a conversation would depend on how much memory others use.
//
// # Order
//
// Messages come out in the order in which they went in. Who has waited longest to send or to
// receive comes first: what it was woken for is kept for it until it is polled.
//
// Where a task sends or receives, whom it wakes is polled by the same worker next, unless that has lost its
// queue. For that the method needs the context of the poll: what is compiled from an annotated function calls
// TrySendIn where the source calls TrySend, and so on. Who writes futures by hand may call these
// methods too, in polls only. They do the same as the others otherwise.
//
// # Stopping and canceling
//
// An operation that may have to wait fails with [rt.ErrStopped] in a task that was asked to
// stop, whether or not it would have had to wait. Canceling one that has not ended, as a select
// does with the losers, never loses a message, and never leaves one behind: a message is sent
// or received in the poll that is ready, and at no other time.
//
//	Sender.Send                 the message is not sent
//	Receiver.Recv               the message that it was woken for goes to the next one
//	OneshotReceiver.Recv        the message stays
//	BroadcastReceiver.Recv      the receiver does not move on
//	WatchReceiver.Recv          the value counts as not seen
//	Source.Recv                 what was taken from the Go channel is kept for the next one
//
// All other operations never wait, and end at once.
package achan
