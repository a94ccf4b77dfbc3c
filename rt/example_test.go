package rt_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

func Example_poll() {
	cx := rt.NewContext(rt.NewWaker(func() { fmt.Println("woken") }))
	f := rt.Yield()
	fmt.Println(f.Poll(cx).Ready)
	fmt.Println(f.Poll(cx).Ready)
	// Output:
	// woken
	// false
	// true
}

func ExampleSpawn() {
	start := time.Now()
	task := rt.Spawn(rt.Sleep(time.Millisecond))
	_, err := task.Await()
	fmt.Println(err, time.Since(start) >= time.Millisecond)
	// Output: <nil> true
}

func ExampleTask_Cancel() {
	task := rt.Spawn(rt.Sleep(time.Hour))
	task.Cancel()
	_, err := task.Await()
	fmt.Println(errors.Is(err, context.Canceled))
	// Output: true
}

func ExampleRun() {
	r := rt.New(rt.Options{Name: "example"})
	defer r.Shutdown(context.Background())
	fmt.Println(rt.Run(r, rt.Value(42)))
	// Output: 42 <nil>
}
