// Package helper has functions that other packages call.
package helper

import (
	"sync"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// Size is annotated.
//
//async:func
func Size(s string) int { // want Size:"func with twin SizeAsync" Size:`blocks: awaits rt.Yield\(\) \(helper.go:\d+\)`
	rt.Yield().Await()
	return len(s)
}

// Nap sleeps.
func Nap() { // want Nap:`blocks: calls time.Sleep \(helper.go:\d+\)`
	time.Sleep(time.Millisecond)
}

// Twice sleeps in a function that it calls.
func Twice() { // want Twice:`blocks: calls Nap \(helper.go:\d+\)`
	Nap()
	func() { Nap() }()
}

// Later returns at once.
func Later() {
	go Nap()
	go func() { Nap() }()
	time.AfterFunc(0, Nap)
}

// A Counter is guarded by a lock for a moment.
type Counter struct {
	mu sync.Mutex
	n  int
}

// Add adds one.
func (c *Counter) Add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

// Start uses the default runtime.
func Start(f rt.Future[int]) { // want Start:`uses default runtime: calls rt.Spawn \(helper.go:\d+\)`
	rt.Spawn(f).Detach()
}

// Begin does so in a function that it calls.
func Begin(f rt.Future[int]) { // want Begin:`uses default runtime: calls Start \(helper.go:\d+\)`
	Start(f)
}
