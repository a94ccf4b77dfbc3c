package main

import "github.com/asyncgen/asyncgen/rt"

// yields gives way n times.
//
//async:func
func yields(n int) {
	for range n {
		rt.Yield().Await()
	}
}

// answer is what a task does that is spawned to be measured: next to nothing.
//
//async:func
func answer() int { return 42 }

// joins spawns n tasks, one after the other, and waits for each.
//
//async:func
func joins(n int) (sum int) {
	for range n {
		v, _ := rt.Spawn(answerAsync()).Await()
		sum += v
	}
	return sum
}

// batchSize is how many tasks joinBatches has at once.
const batchSize = 100

// joinBatches spawns n tasks, batchSize at a time, and waits for all of them.
//
//async:func
func joinBatches(n int) (sum int) {
	var tasks [batchSize]*rt.Task[int]
	for range n / batchSize {
		for i := range tasks {
			tasks[i] = rt.Spawn(answerAsync())
		}
		for _, t := range tasks {
			v, _ := t.Await()
			sum += v
		}
	}
	return sum
}
