package main

import (
	"io"
	"math/rand/v2"
	"testing"
	"time"
)

// A short sample, with clients in this process.
func TestSoak(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	c := config{clients: 100, time: time.Second, seed: seed}
	if err := soak(io.Discard, c, func(c config) (report, error) { return visit(c), nil }); err != nil {
		t.Error(err)
	}
}

func TestFlat(t *testing.T) {
	if err := flat([]int64{1, 5000, 5100, 5200, 5100, 5000, 6900, 5300}); err != nil {
		t.Error(err)
	}
	if err := flat([]int64{1, 5000, 5100, 5200, 8000, 9000, 10000, 11000}); err == nil {
		t.Error("growth is not noticed")
	}
}
