package main

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	out := `goos: linux
BenchmarkTimer-2   	    1754	         0 allocs/timer	       162.8 ns/timer	       325.6 ns/go-timer
PASS
`
	first, err := metrics(out)
	if err != nil {
		t.Fatal(err)
	}
	second := map[string]float64{"ns/timer": 400, "ns/go-timer": 400, "allocs/timer": 0}
	rows := []row{{work: "timer", benchmark: "Timer", ours: "ns/timer", peer: "ns/go-timer", peerIs: "Go", atMost: 0.5, allocs: "allocs/timer"}}
	var b strings.Builder
	if err := printTable(&b, rows, []figures{{"Timer": first}, {"Timer": second}}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if got, want := strings.Join(strings.Fields(lines[1]), " "), "timer 281 ns 363 ns Go 0.750 0.500 … 1.000 at most 0.500 +50 %"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// A benchmark that has lost a figure is an error, not an empty cell.
	if err := printTable(&b, rows, []figures{{"Timer": {"ns/timer": 1}}}); err == nil {
		t.Error("a missing figure is no error")
	}
	if _, err := metrics("PASS\n"); err == nil {
		t.Error("no benchmark is no error")
	}
}
