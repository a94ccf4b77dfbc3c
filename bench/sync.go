package main

import (
	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/alock"
)

// What channels and locks are compared with is the same code with goroutines and Go channels,
// in the functions whose names end in Go.

// send sends n messages.
//
//async:func
func send(tx *achan.Sender[int], n int) {
	for i := range n {
		tx.Send(i).Await()
	}
}

// receive receives n messages.
//
//async:func
func receive(rx *achan.Receiver[int], n int) (sum int) {
	for range n {
		v, _ := rx.Recv().Await()
		sum += v
	}
	return sum
}

// transferGo sends n messages from one goroutine to another.
func transferGo(ch chan int, n int) (sum int) {
	go func() {
		for i := range n {
			ch <- i
		}
	}()
	for range n {
		sum += <-ch
	}
	return sum
}

// echo answers messages until there are no more.
//
//async:func
func echo(rx *achan.Receiver[int], tx *achan.Sender[int]) {
	for {
		v, err := rx.Recv().Await()
		if err != nil {
			return
		}
		tx.Send(v).Await()
	}
}

// pingPong sends n messages to echo and waits for the answer to each.
//
//async:func
func pingPong(tx *achan.Sender[int], rx *achan.Receiver[int], n int) (sum int) {
	for i := range n {
		tx.Send(i).Await()
		v, _ := rx.Recv().Await()
		sum += v
	}
	return sum
}

// A request is answered by an actor.
type request struct {
	number int
	reply  *achan.OneshotSender[int]
}

// actor answers requests until there are no more.
//
//async:func
func actor(rx *achan.Receiver[request]) {
	for {
		r, err := rx.Recv().Await()
		if err != nil {
			return
		}
		r.reply.Send(r.number)
	}
}

// ask makes n requests, one after the other.
//
//async:func
func ask(tx *achan.Sender[request], n int) (sum int) {
	for i := range n {
		reply, answer := achan.Oneshot[int]()
		tx.Send(request{i, reply}).Await()
		v, _ := answer.Recv().Await()
		sum += v
	}
	return sum
}

// lock locks and unlocks n times.
//
//async:func
func lock(m *alock.Mutex[int], n int) {
	for range n {
		g, _ := m.Lock().Await()
		*g.Value()++
		g.Unlock()
	}
}

var notify alock.Notify

// idle waits for notify.
//
//async:func
func idle() { notify.Wait().Await() }
