package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// nap sleeps and says for how long.
//
//async:func
func nap(d time.Duration) (time.Duration, error) {
	start := time.Now()
	err := rt.Sleep(d).Await()
	return time.Since(start), err
}

// longest naps n times at once and returns how long the longest of the naps was.
//
//async:func
func longest(n int, d time.Duration) (worst time.Duration, err error) {
	tasks := make([]*rt.Task[time.Duration], n)
	for i := range tasks {
		tasks[i] = rt.Spawn(napAsync(d))
	}
	for _, t := range tasks {
		took, err := t.Await()
		if err != nil {
			return worst, err
		}
		worst = max(worst, took)
	}
	return worst, nil
}

// sleepTogether has ten thousand tasks sleep at the same time: that takes as long as one.
func sleepTogether(out io.Writer) error {
	const n, d = 10000, 100 * time.Millisecond
	worst, err := longestAsync(n, d).Await()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "   one after another they would sleep for %v\n", n*d)
	fmt.Fprintf(out, "   the longest sleep was over after %v\n", worst.Round(time.Millisecond))
	return nil
}

// waitForEver says so and does it. It never returns, but its deferred call is made.
//
//async:func
func waitForEver(out io.Writer, begun *letterbox) error {
	defer fmt.Fprintln(out, "   its deferred call runs")
	fmt.Fprintln(out, "   the task waits")
	begun.deliver(1)
	return rt.Sleep(time.Duration(1<<63 - 1)).Await()
}

// cancelOne gives up a task at the await where it stands.
func cancelOne(out io.Writer) error {
	var begun letterbox
	task := rt.Spawn(waitForEverAsync(out, &begun))
	begun.Letter().Await()
	task.Cancel()
	_, err := task.Await()
	fmt.Fprintln(out, "   its error:", err)
	if !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
