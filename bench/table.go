package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// A row of the table is one benchmark, or one figure of it.
type row struct {
	work      string
	benchmark string // without "Benchmark"
	ours      string // the unit of our figure
	peer      string // that of the peer's
	peerIs    string // what the peer is
	// atMost is the bound of ours/peer, or the one of ours where there is no peer or absolute is
	// set. Zero: there is none.
	atMost   float64
	absolute bool
	allocs   string // the unit of the allocations, if any are reported
}

// table is what is compared. The bounds are those of docs/performance.md: what a quiet machine
// with other figures for everything else has led to expect, so as ratios to the peer where there
// is one.
var table = []row{
	{work: "await that is ready, to a call", benchmark: "AwaitReady", ours: "ns/await", peer: "ns/call", peerIs: "plain call", atMost: 2},
	{work: "resume and suspend", benchmark: "Resume", ours: "ns/resume", peer: "ns/pull", peerIs: "iter.Pull", atMost: 1 / 12.},
	{work: "generator, an element", benchmark: "Generator", ours: "ns/next", peer: "ns/pull", peerIs: "iter.Pull", atMost: 1 / 15.},
	{work: "walk of a balanced tree", benchmark: "Walk/balanced", ours: "ns/next", peer: "ns/pull", peerIs: "iter.Pull", atMost: 1 / 5.},
	{work: "walk of a tree that is a list", benchmark: "Walk/list", ours: "ns/next", peer: "ns/pull", peerIs: "iter.Pull", atMost: 1 / 5.},
	{work: "yield, 1,000 tasks", benchmark: "Yield", ours: "ns/yield", peer: "ns/yield-go", peerIs: "goroutines", atMost: 30. / 84},
	{work: "spawn and join", benchmark: "Spawn", ours: "ns/spawn", peer: "ns/spawn-go", peerIs: "goroutines", atMost: 110. / 290, allocs: "allocs/spawn"},
	{work: "spawn and join, 100 at once", benchmark: "SpawnBatch", ours: "ns/spawn", peer: "ns/spawn-go", peerIs: "goroutines", atMost: 110. / 290, allocs: "allocs/spawn"},
	{work: "message over a channel", benchmark: "Channel", ours: "ns/message", peer: "ns/message-go", peerIs: "goroutines", atMost: 25. / 30},
	{work: "ping-pong over two channels", benchmark: "PingPong", ours: "ns/roundtrip", peer: "ns/roundtrip-go", peerIs: "goroutines", atMost: 150. / 275},
	{work: "request to an actor and reply", benchmark: "Actor", ours: "ns/request", peer: "ns/request-go", peerIs: "goroutines", atMost: 140. / 290, allocs: "allocs/request"},
	{work: "mutex that nobody else wants", benchmark: "Mutex", ours: "ns/lock", peer: "ns/lock-go", peerIs: "sync.Mutex", atMost: 12 / 9.5},
	{work: "select of two, one ready", benchmark: "Select", ours: "ns/select", peer: "ns/channels", peerIs: "Go channels", atMost: 20. / 53, allocs: "allocs/select"},
	{work: "timeout around what is ready", benchmark: "Timeout", ours: "ns/timeout", peer: "ns/context", peerIs: "context", atMost: 40. / 358, allocs: "allocs/timeout"},
	{work: "create and cancel a timer", benchmark: "Timer", ours: "ns/timer", peer: "ns/go-timer", peerIs: "time.Timer", atMost: 80. / 140, allocs: "allocs/timer"},
	{work: "task on a Notify, bytes", benchmark: "Idle", ours: "B/task", peer: "B/goroutine", peerIs: "goroutines", atMost: 180, absolute: true},
	{work: "task that sleeps, bytes", benchmark: "IdleTimer", ours: "B/task", peer: "B/goroutine", peerIs: "goroutines", atMost: 150, absolute: true},
}

// benchmarks are those that the rows need, each once.
func benchmarks(rows []row) []string {
	var names []string
	for _, r := range rows {
		if !slices.Contains(names, r.benchmark) {
			names = append(names, r.benchmark)
		}
	}
	return names
}

// printTable prints the rows: medians of the samples, and of the ratio also the least and the
// greatest.
func printTable(w io.Writer, rows []row, samples []figures) error {
	out := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(out, "work\there\tpeer\t\tratio\tfrom … to\texpected\t")
	for _, r := range rows {
		var ours, peers, ratios, allocs []float64
		for _, s := range samples {
			m := s[r.benchmark]
			for _, unit := range []string{r.ours, r.peer} {
				if _, ok := m[unit]; !ok {
					return fmt.Errorf("benchmark %s reports no %s", r.benchmark, unit)
				}
			}
			ours, peers = append(ours, m[r.ours]), append(peers, m[r.peer])
			ratios = append(ratios, m[r.ours]/m[r.peer])
			allocs = append(allocs, m[r.allocs])
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%.3f\t%.3f … %.3f\t%s\t%s\n", r.work, r.figure(median(ours), median(allocs)),
			r.figure(median(peers), 0), r.peerIs, median(ratios), slices.Min(ratios), slices.Max(ratios), r.bound(), r.verdict(median(ours), median(ratios)))
	}
	return out.Flush()
}

// figure is a median with its unit, and the allocations if it has any.
func (r row) figure(v, allocs float64) string {
	unit := "ns"
	if r.absolute {
		unit = "B"
	}
	text := fmt.Sprintf("%.1f %s", v, unit)
	if v >= 100 {
		text = fmt.Sprintf("%.0f %s", v, unit)
	}
	if allocs >= 0.5 {
		text += fmt.Sprintf(", %.0f allocs", allocs)
	}
	return text
}

func (r row) bound() string {
	switch {
	case r.atMost == 0:
		return ""
	case r.absolute:
		return fmt.Sprintf("at most %.0f B", r.atMost)
	}
	return fmt.Sprintf("at most %.3f", r.atMost)
}

// verdict marks the rows that are worth a look.
func (r row) verdict(ours, ratio float64) string {
	v := ratio
	if r.absolute {
		v = ours
	}
	if r.atMost != 0 && v > r.atMost {
		return fmt.Sprintf("%+.0f %%", 100*(v/r.atMost-1))
	}
	return ""
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
