//go:build linux

package main

import (
	"fmt"
	"time"
)

// tail prints the fourth figure.
func tail(runs int, length time.Duration) error {
	const connections = 500
	fmt.Printf("echo, %d connections, two workers (one thread of C): latencies in each of %d runs of %v\n", connections, runs, length)
	for run := range runs {
		for _, s := range servers {
			if !s.tail {
				continue
			}
			if err := tailOf(s, connections, length); err != nil {
				return fmt.Errorf("run %d: %w", run, err)
			}
		}
	}
	return nil
}

// tailOf makes one run, with a server that is new.
func tailOf(s server, connections int, length time.Duration) error {
	p, err := s.start(2, false)
	if err != nil {
		return err
	}
	defer p.stop()
	var addr string
	if err := p.answer(&addr); err != nil {
		return err
	}
	load, err := startClients(false)
	if err != nil {
		return err
	}
	defer load.stop()
	var requests int64
	var p50, p99, p999, longest time.Duration
	if err := load.ask(fmt.Sprintf("tail %s %d %d", addr, connections, length), &requests,
		(*int64)(&p50), (*int64)(&p99), (*int64)(&p999), (*int64)(&longest)); err != nil {
		return err
	}
	fmt.Printf("\t%-8s %7d/s, p50 %.1f ms, p99 %.1f, p99.9 %.1f, max %.1f\n", s.name,
		int64(float64(requests)/length.Seconds()), millis(p50), millis(p99), millis(p999), millis(longest))
	return nil
}

func millis(d time.Duration) float64 { return float64(d) / 1e6 }
