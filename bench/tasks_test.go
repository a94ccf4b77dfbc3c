package main

import (
	"runtime"
	"sync"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// BenchmarkYield has a thousand tasks give way to each other, and a thousand goroutines: an operation
// is one way of one of them through the run queue.
func BenchmarkYield(b *testing.B) {
	r := oneProcessor(b)
	const tasks, each = 1000, 50
	c := compare(b,
		side{per: tasks * each, name: "yield", run: func(n int) {
			all := make([]*rt.Task[struct{}], tasks)
			for i := range all {
				all[i] = rt.SpawnOn(r, yieldsAsync(n/tasks))
			}
			for _, t := range all {
				t.Await()
			}
		}},
		side{per: tasks * each, name: "yield-go", run: func(n int) {
			var all sync.WaitGroup
			for range tasks {
				all.Go(func() {
					for range n / tasks {
						runtime.Gosched()
					}
				})
			}
			all.Wait()
		}})
	b.ReportMetric(c.ratio(0, 1), "task/goroutine")
}

// BenchmarkSpawn spawns a task and waits for it, beside a goroutine with a WaitGroup and one that
// answers over a channel.
func BenchmarkSpawn(b *testing.B) {
	r := oneProcessor(b)
	spawns := func(n int) { sink += on(r, joinsAsync(n)) }
	c := compare(b,
		side{per: perRound, name: "spawn", run: spawns},
		side{per: perRound, name: "spawn-go", run: func(n int) {
			for range n {
				var v int
				var done sync.WaitGroup
				done.Go(func() { v = answer() })
				done.Wait()
				sink += v
			}
		}},
		side{per: perRound, name: "spawn-channel", run: func(n int) {
			for range n {
				result := make(chan int, 1)
				go func() { result <- answer() }()
				sink += <-result
			}
		}})
	b.ReportMetric(c.ratio(0, 1), "task/goroutine")
	b.ReportMetric(c.ratio(0, 2), "task/channel")
	reportAllocs(b, "spawn", spawns)
}

// BenchmarkSpawnBatch is the same with a hundred at once.
func BenchmarkSpawnBatch(b *testing.B) {
	r := oneProcessor(b)
	spawns := func(n int) { sink += on(r, joinBatchesAsync(n)) }
	c := compare(b,
		side{per: perRound, name: "spawn", run: spawns},
		side{per: perRound, name: "spawn-go", run: func(n int) {
			var values [batchSize]int
			for range n / batchSize {
				var done sync.WaitGroup
				for i := range values {
					done.Go(func() { values[i] = answer() })
				}
				done.Wait()
				for _, v := range values {
					sink += v
				}
			}
		}})
	b.ReportMetric(c.ratio(0, 1), "task/goroutine")
	reportAllocs(b, "spawn", spawns)
}
