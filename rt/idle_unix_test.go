//go:build unix

package rt

import (
	"syscall"
	"testing"
	"time"
)

// TestIdleUsesNoProcessor compares the time of the processor that workers at rest take with the time that
// passes. One that looks around all the time would take a good part of it; those that sleep take none,
// however busy the machine is, so the test does not fail by chance.
func TestIdleUsesNoProcessor(t *testing.T) {
	r := newRuntimeOf(t, 4)
	SpawnOn(r, repeat(1000)).Await()
	far := SpawnOn(r, Sleep(time.Hour)) // somebody has to keep the timers
	waitForRest(r)
	const passes = 200 * time.Millisecond
	before := processorTime(t)
	<-time.After(passes)
	if took := processorTime(t) - before; took > passes/4 {
		t.Errorf("workers at rest took %v of %v", took, passes)
	}
	far.Cancel()
}

// processorTime returns what the process has used so far.
func processorTime(t *testing.T) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
