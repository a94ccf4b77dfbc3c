package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// BenchmarkSelect is a select of two, one of which is ready, beside one of Go channels.
func BenchmarkSelect(b *testing.B) {
	twin := func(n int) { sink += selectsAsync(n).Await() }
	full, empty := make(chan int, 1), make(chan int)
	r := compare(b,
		side{name: "select", run: twin},
		side{name: "channels", run: func(n int) {
			for i := range n {
				full <- i
				select {
				case v := <-full:
					sink += v
				case v := <-empty:
					sink += v
				}
			}
		}},
		side{name: "call", run: func(n int) { sink += sumCalls(n) }})
	b.ReportMetric(r.ratio(0, 1), "select/channels")
	b.ReportMetric(r.ratio(0, 2), "select/call")
	reportAllocs(b, "select", twin)
}

// BenchmarkTimeout is a timeout around a future that is ready, beside a context with a timeout and
// a channel.
func BenchmarkTimeout(b *testing.B) {
	twin := func(n int) { sink += limitedAsync(n).Await() }
	full := make(chan int, 1)
	r := compare(b,
		side{name: "timeout", run: twin},
		side{name: "context", run: func(n int) {
			for i := range n {
				ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
				full <- i
				select {
				case v := <-full:
					sink += v
				case <-ctx.Done():
				}
				cancel()
			}
		}},
		side{name: "call", run: func(n int) { sink += sumCalls(n) }})
	b.ReportMetric(r.ratio(0, 1), "timeout/context")
	b.ReportMetric(r.ratio(0, 2), "timeout/call")
	reportAllocs(b, "timeout", twin)
}

// BenchmarkTimer creates timers and cancels them before they are due, beside Go's, and a look at
// the clock, which each of them takes. A thousand others are there.
func BenchmarkTimer(b *testing.B) {
	cx := rt.NewContext(rt.Waker{})
	for i := range 1000 {
		f := rt.Sleep(time.Duration(i+1) * time.Hour)
		f.Poll(cx)
		defer f.Cancel()
		defer time.NewTimer(time.Duration(i+1) * time.Hour).Stop()
	}
	frame := new(struct{ sleep rt.SleepFuture })
	twin := func(n int) {
		for range n {
			frame.sleep = *rt.Sleep(time.Minute)
			frame.sleep.Poll(cx)
			frame.sleep.Cancel()
		}
	}
	start := time.Now()
	r := compare(b,
		side{name: "timer", run: twin},
		side{name: "go-timer", run: func(n int) {
			for range n {
				time.NewTimer(time.Minute).Stop()
			}
		}},
		side{name: "clock", run: func(n int) {
			for range n {
				sink += int(time.Since(start))
			}
		}})
	b.ReportMetric(r.ratio(0, 1), "timer/go-timer")
	b.ReportMetric(r.ratio(0, 2), "timer/clock")
	reportAllocs(b, "timer", twin)
}

// BenchmarkMillionTimers creates a million timers at once and cancels them in an order of chance, beside
// Go's. The deadlines are spread over an hour.
func BenchmarkMillionTimers(b *testing.B) {
	const n = 1_000_000
	rnd := rand.New(rand.NewPCG(1, 2))
	spans := make([]time.Duration, n)
	for i := range spans {
		spans[i] = time.Hour + time.Duration(rnd.Int64N(int64(time.Hour)))
	}
	order := rnd.Perm(n)
	cx := rt.NewContext(rt.Waker{})
	sleeps := make([]rt.SleepFuture, n)
	timers := make([]*time.Timer, n)
	for b.Loop() {
		each := func(name string, f func(i int)) {
			start := time.Now()
			for i := range n {
				f(i)
			}
			b.ReportMetric(float64(time.Since(start))/n, "ns/"+name)
		}
		each("create", func(i int) {
			sleeps[i] = *rt.Sleep(spans[i])
			sleeps[i].Poll(cx)
		})
		each("cancel", func(i int) { sleeps[order[i]].Cancel() })
		each("create-go", func(i int) { timers[i] = time.NewTimer(spans[i]) })
		each("cancel-go", func(i int) { timers[order[i]].Stop() })
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkIdleTimer has a million tasks sleep, and a tenth as many goroutines: what it reports is the memory
// that each takes, stacks included.
func BenchmarkIdleTimer(b *testing.B) {
	const n = 1_000_000
	for b.Loop() {
		r := rt.New(rt.Options{})
		before := memory()
		for range n {
			rt.SpawnOn(r, asleepAsync()).Detach()
		}
		rt.SpawnOn(r, rt.Value(0)).Await() // all others have been polled
		b.ReportMetric(float64(memory()-before)/n, "B/task")
		if err := r.Shutdown(context.Background()); err != nil {
			b.Fatal(err)
		}

		quit := make(chan struct{})
		before = memory()
		var waiting sync.WaitGroup
		for range n / 10 {
			waiting.Add(1)
			go func() {
				t := time.NewTimer(time.Hour)
				defer t.Stop()
				waiting.Done()
				select {
				case <-t.C:
				case <-quit:
				}
			}()
		}
		waiting.Wait()
		b.ReportMetric(float64(memory()-before)/(n/10), "B/goroutine")
		close(quit)
	}
	b.ReportMetric(0, "ns/op")
}
