package main

import (
	"fmt"
	"io"
	"reflect"
	"unsafe"

	"github.com/asyncgen/asyncgen/rt"
)

// add waits for two letters and adds up what is in them.
//
//async:func
func add(a, b *letterbox) int {
	x := a.Letter().Await()
	y := b.Letter().Await()
	return x + y
}

// pollByHand does what an executor does, slowly: it polls the machine of add, looks at it,
// and polls it again after it was woken. Nothing but these polls makes the machine go on.
func pollByHand(out io.Writer) error {
	var a, b letterbox
	f := addAsync(&a, &b)
	fmt.Fprintf(out, "   add waits in %d bytes, without a goroutine\n", unsafe.Sizeof(*f))
	cx := rt.NewContext(rt.NewWaker(func() { fmt.Fprintln(out, "   woken") }))
	poll := func() {
		if p := f.Poll(cx); p.Ready {
			fmt.Fprintln(out, "   poll: ready with", p.Value)
		} else {
			fmt.Fprintln(out, "   poll: pending in state", state(f))
		}
	}
	poll()
	fmt.Fprintln(out, "   40 arrives in a")
	a.deliver(40)
	poll()
	poll() // needless, but allowed
	fmt.Fprintln(out, "   2 arrives in b")
	b.deliver(2)
	poll()
	return nil
}

// state looks into the machine for the number of its state. The table above the type in
// byhand_async.go says what the numbers mean; a program has no use for them.
func state(f *addFuture) uint64 {
	return reflect.ValueOf(f).Elem().FieldByName("state").Uint()
}

// callIt calls add as it is written, in plain Go: each Await blocks the goroutine.
func callIt(out io.Writer) error {
	var a, b letterbox
	go a.deliver(40)
	go b.deliver(2)
	fmt.Fprintln(out, "   add returns", add(&a, &b))
	return nil
}
