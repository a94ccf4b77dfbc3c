package main

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/alock"
)

// oneProcessor runs the rest of the benchmark on one processor and a runtime of its own, which
// it returns: what has to be awoken elsewhere costs more, and not always the same.
func oneProcessor(b *testing.B) *rt.Runtime {
	procs := runtime.GOMAXPROCS(1)
	r := rt.New(rt.Options{Name: b.Name()})
	b.Cleanup(func() {
		r.Shutdown(context.Background())
		runtime.GOMAXPROCS(procs)
	})
	return r
}

// perRound is how many operations a round has: so many that the beginning, when the worker has
// to wake up, is not seen.
const perRound = 5000

// on runs f in a task of r.
func on[T any](r *rt.Runtime, f rt.Future[T]) T {
	v, _ := rt.SpawnOn(r, f).Await()
	return v
}

// BenchmarkChannel sends messages from one task to another, and from one goroutine to
// another.
func BenchmarkChannel(b *testing.B) {
	r := oneProcessor(b)
	tx, rx := achan.MPSC[int](128)
	ch := make(chan int, 128)
	c := compare(b,
		side{per: perRound, name: "message", run: func(n int) {
			sender := rt.SpawnOn(r, sendAsync(tx, n))
			sink += on(r, receiveAsync(rx, n))
			sender.Await()
		}},
		side{per: perRound, name: "message-go", run: func(n int) { sink += transferGo(ch, n) }})
	b.ReportMetric(c.ratio(0, 1), "task/goroutine")
}

// BenchmarkPingPong sends a message to and fro over two channels of capacity 1.
func BenchmarkPingPong(b *testing.B) {
	r := oneProcessor(b)
	tx, there := achan.MPSC[int](1)
	back, rx := achan.MPSC[int](1)
	answers := rt.SpawnOn(r, echoAsync(there, back))
	to, fro := make(chan int, 1), make(chan int, 1)
	go func() {
		for v := range to {
			fro <- v
		}
	}()
	c := compare(b,
		side{per: perRound, name: "roundtrip", run: func(n int) { sink += on(r, pingPongAsync(tx, rx, n)) }},
		side{per: perRound, name: "roundtrip-go", run: func(n int) {
			for i := range n {
				to <- i
				sink += <-fro
			}
		}})
	b.ReportMetric(c.ratio(0, 1), "task/goroutine")
	tx.Close()
	answers.Await()
	close(to)
}

// BenchmarkActor makes requests to an actor, which answers over a oneshot.
func BenchmarkActor(b *testing.B) {
	r := oneProcessor(b)
	tx, rx := achan.MPSC[request](16)
	answers := rt.SpawnOn(r, actorAsync(rx))
	type requestGo struct {
		number int
		reply  chan int
	}
	ch := make(chan requestGo, 16)
	go func() {
		for r := range ch {
			r.reply <- r.number
		}
	}()
	asks := func(n int) { sink += on(r, askAsync(tx, n)) }
	c := compare(b,
		side{per: perRound, name: "request", run: asks},
		side{per: perRound, name: "request-go", run: func(n int) {
			for i := range n {
				reply := make(chan int, 1)
				ch <- requestGo{i, reply}
				sink += <-reply
			}
		}})
	b.ReportMetric(c.ratio(0, 1), "task/goroutine")
	reportAllocs(b, "request", asks)
	tx.Close()
	answers.Await()
	close(ch)
}

// BenchmarkMutex locks and unlocks what nobody else wants.
func BenchmarkMutex(b *testing.B) {
	r := oneProcessor(b)
	var m alock.Mutex[int]
	var plain struct {
		sync.Mutex
		n int
	}
	locks := func(n int) { on(r, lockAsync(&m, n)) }
	c := compare(b,
		side{per: 20 * perRound, name: "lock", run: locks}, // 5000 take less than the worker to wake up
		side{per: 20 * perRound, name: "lock-go", run: func(n int) {
			for range n {
				plain.Lock()
				plain.n++
				plain.Unlock()
			}
		}})
	b.ReportMetric(c.ratio(0, 1), "task/goroutine")
}

// BenchmarkIdle reports what a task costs in memory that waits for a Notify, and a goroutine
// that waits for a channel.
func BenchmarkIdle(b *testing.B) {
	r := oneProcessor(b)
	const n = 100_000
	var wait sync.WaitGroup
	ch := make(chan int)
	for b.Loop() {
		before := memory()
		for range n {
			rt.SpawnOn(r, idleAsync())
		}
		on(r, rt.Yield())
		b.ReportMetric(float64(memory()-before)/n, "B/task")
		notify.NotifyAll()

		before = memory()
		for range n {
			wait.Go(func() { <-ch })
		}
		b.ReportMetric(float64(memory()-before)/n, "B/goroutine")
		close(ch)
		wait.Wait()
		ch = make(chan int)
	}
	b.ReportMetric(0, "ns/op")
}

// memory returns how much memory is in use.
func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
