package achan

import (
	"math"
	"sync"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A channel is the queue behind the senders and receivers of [MPSC] and [MPMC].
//
// Sending and receiving happen in the poll of the future in question and at no other time, so
// that a future that was canceled has certainly done nothing. Who waits is therefore not given
// a message, but a claim to one, or to room for one, and a wake; see package waitlist. What is
// claimed is counted in offered and promised, and does not exist for others:
//
//	free messages = queue.count - offered
//	free room     = limit - queue.count - promised
//
// Between any two operations two things hold, and they are what each operation has to bring
// about again: nobody waits in receivers while there is a free message, nor in senders while
// there is free room. An operation makes at most one message or one place free, so it grants to
// at most one, and has at most one waker to call, but for closing.
//
// A rendezvous channel is one whose limit changes: it has room for as many messages as there
// are receivers waiting. So a send is completed only for somebody who is there to receive it.
// If that receiver is canceled before it is polled, the message stays for the next one, and
// senders have no room before it has gone. Somebody to whom room was promised may find it gone
// too, and returns to the front of the queue.
type channel[T any] struct {
	mu        sync.Mutex // guards all of this
	queue     ring[T]
	limit     int // how many messages there can be
	offered   int // messages that belong to receivers that were woken
	promised  int // room that belongs to senders that were woken
	listening int // receivers that wait or were woken
	receivers waitlist.List
	senders   waitlist.List
	txs, rxs  int // handles that are open

	rendezvous bool // limit is listening
}

// init readies a channel with one handle on either side.
func (c *channel[T]) init(capacity int) {
	c.limit, c.txs, c.rxs = capacity, 1, 1
	switch {
	case capacity == Unbounded:
		c.limit = math.MaxInt
	case capacity == 0:
		c.rendezvous = true
	case capacity < 0:
		panic("achan: negative capacity")
	}
}

// room reports whether there is free room.
func (c *channel[T]) room() bool { return c.queue.count+c.promised < c.limit }

// listen changes the number of receivers that wait or were woken.
func (c *channel[T]) listen(more int) {
	c.listening += more
	if c.rendezvous {
		c.limit = c.listening
	}
}

// offer offers a free message to the first receiver that waits.
func (c *channel[T]) offer() (k rt.Waker) {
	if !c.receivers.Empty() && c.queue.count > c.offered {
		c.offered++
		k = c.receivers.Grant()
	}
	return k
}

// promise promises free room to the first sender that waits.
func (c *channel[T]) promise() (k rt.Waker) {
	if !c.senders.Empty() && c.room() {
		c.promised++
		k = c.senders.Grant()
	}
	return k
}

// drained reports whether nothing will be received any more.
func (c *channel[T]) drained() bool {
	return c.rxs == 0 || c.txs == 0 && c.queue.count == 0
}

// A verdict is what an attempt to send or to receive has come to.
type verdict uint8

const (
	waiting verdict = iota // there is no message, or no room
	done                   // sent or received
	shut                   // the channel is closed
)

// The quick operations are the cases of receive and send that most often occur, and do nothing in
// others.

// quickReceive receives a message for who does not wait yet, if nobody waits on either side.
func (c *channel[T]) quickReceive() (v T, ok bool) {
	if c.queue.count <= c.offered || !c.senders.Empty() || !c.receivers.Empty() {
		return v, false
	}
	return c.queue.pop(), true
}

// quickResume receives the message that w was offered, if no sender waits for the room.
func (c *channel[T]) quickResume(w *waitlist.Waiter) (v T, ok bool) {
	if !w.Granted() || c.txs == 0 || c.rxs == 0 || !c.senders.Empty() {
		return v, false
	}
	c.offered--
	c.listen(-1)
	w.Clear()
	return c.queue.pop(), true
}

// quickWait lets w wait for a message, if there is none and no sender waits for a receiver.
func (c *channel[T]) quickWait(w *waitlist.Waiter, k rt.Waker) (ok bool) {
	if c.queue.count > c.offered || c.txs == 0 || c.rxs == 0 || !c.senders.Empty() {
		return false
	}
	c.receivers.Add(w, k)
	c.listen(1)
	return true
}

// quickSend sends v for who does not wait yet, and offers it to the first receiver. The waker is
// that of the receiver, if any.
func (c *channel[T]) quickSend(v T) (k rt.Waker, ok bool) {
	if c.txs == 0 || c.rxs == 0 || !c.room() {
		return k, false
	}
	c.queue.push(v)
	if !c.receivers.Empty() {
		k = c.offer()
	}
	return k, true
}

// receive tries to receive for w, or without waiting if w is nil. The waker is to be called
// when the lock is released. The last message of a closed channel makes last true: the caller
// then calls finish, without the lock.
func (c *channel[T]) receive(cx *rt.Context, w *waitlist.Waiter) (v T, how verdict, k rt.Waker, last bool) {
	listed := w != nil && w.Listed()
	switch {
	case c.drained():
		how = shut
	case listed && w.Waits():
		w.Renew(cx.Waker())
		return v, waiting, k, false
	case listed || c.queue.count > c.offered:
		how = done
	case w == nil:
		return v, waiting, k, false
	default:
		c.receivers.Add(w, cx.Waker())
		c.listen(1)
		return v, waiting, c.promise(), false
	}
	if listed {
		c.endReceive(w)
	}
	if how == done {
		v = c.queue.pop()
		k = c.promise()
		last = c.drained()
	}
	return v, how, k, last
}

// endReceive ends the wait of a receiver and gives up its claim.
func (c *channel[T]) endReceive(w *waitlist.Waiter) {
	c.listen(-1)
	switch {
	case w.Waits():
		c.receivers.Remove(w)
	case w.Granted():
		c.offered--
	}
	w.Clear()
}

// send tries to send v for w, or without waiting if w is nil. The waker is to be called when
// the lock is released.
func (c *channel[T]) send(cx *rt.Context, w *waitlist.Waiter, v T) (how verdict, k rt.Waker) {
	listed := w != nil && w.Listed()
	switch {
	case c.txs == 0 || c.rxs == 0:
		how = shut
	case listed && w.Waits():
		w.Renew(cx.Waker())
		return waiting, k
	case listed && c.rendezvous && c.queue.count >= c.listening:
		c.promised--
		c.senders.Return(w, cx.Waker())
		return waiting, k
	case listed || c.room():
		how = done
	case w == nil:
		return waiting, k
	default:
		c.senders.Add(w, cx.Waker())
		return waiting, k
	}
	if listed {
		c.endSend(w)
	}
	if how == done {
		c.queue.push(v)
		k = c.offer()
	}
	return how, k
}

// endSend ends the wait of a sender and gives up its claim.
func (c *channel[T]) endSend(w *waitlist.Waiter) {
	switch {
	case w.Waits():
		c.senders.Remove(w)
	case w.Granted():
		c.promised--
	}
	w.Clear()
}

// leaveReceive is endReceive for a receiver that gives up: what it was offered passes on.
func (c *channel[T]) leaveReceive(cx *rt.Context, w *waitlist.Waiter) {
	if w.Listed() {
		c.mu.Lock()
		c.endReceive(w)
		k := c.offer()
		c.mu.Unlock()
		wake(cx, k)
	}
}

// leaveSend is endSend for a sender that gives up: what it was promised passes on.
func (c *channel[T]) leaveSend(cx *rt.Context, w *waitlist.Waiter) {
	if w.Listed() {
		c.mu.Lock()
		c.endSend(w)
		k := c.promise()
		c.mu.Unlock()
		wake(cx, k)
	}
}

// finish wakes all for whom there is nothing more to wait for. cx is nil outside of polls.
func (c *channel[T]) finish(cx *rt.Context) {
	var few [4]rt.Waker
	wakers := few[:0]
	c.mu.Lock()
	if c.txs == 0 || c.rxs == 0 {
		wakers = c.senders.Drop(wakers)
	}
	if c.drained() {
		wakers = c.receivers.Drop(wakers)
	}
	c.mu.Unlock()
	wakeAll(cx, wakers)
}

// closeSender closes one handle.
func (c *channel[T]) closeSender(cx *rt.Context) {
	c.mu.Lock()
	c.txs--
	c.mu.Unlock()
	c.finish(cx)
}

// closeReceiver closes one handle. What nobody can receive is let go of.
func (c *channel[T]) closeReceiver(cx *rt.Context) {
	c.mu.Lock()
	if c.rxs--; c.rxs == 0 {
		c.queue = ring[T]{}
	}
	c.mu.Unlock()
	c.finish(cx)
}

// wake calls a waker, from inside a poll unless cx is nil. Often there is none.
func wake(cx *rt.Context, k rt.Waker) {
	if k != (rt.Waker{}) {
		call(cx, k)
	}
}

// wakeAll calls wakers, as wake does.
func wakeAll(cx *rt.Context, wakers []rt.Waker) {
	for _, k := range wakers {
		wake(cx, k)
	}
}

func call(cx *rt.Context, k rt.Waker) {
	if cx != nil {
		cx.Wake(k)
	} else {
		k.Wake()
	}
}
