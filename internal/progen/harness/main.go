package harness

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/rt"
)

// A Report is one line of what a test binary prints: Begin announces the function that
// runs next, so that the reader knows which one it was when the process dies.
type Report struct {
	Package     string       `json:"package"`
	Func        string       `json:"func"`
	Begin       bool         `json:"begin,omitempty"`
	Skipped     bool         `json:"skipped,omitempty"`
	Awaits      int          `json:"awaits,omitempty"` // of the plain run
	Panicked    bool         `json:"panicked,omitempty"`
	Divergences []Divergence `json:"divergences,omitempty"`
}

// Main compares the functions of one generated package, in its two copies, and prints a
// [Report] a line. Names in skip are left out. At most two divergences of a function
// are printed: further ones have the same cause.
func Main(oracle, subject Package, seed uint64, skip []string) {
	// Tasks share variables without locks, and one runs at a time. With one worker it is certain
	// which is next.
	rt.SetDefault(rt.New(rt.Workers(1)))
	out := json.NewEncoder(os.Stdout)
	for i, plain := range oracle.Cases {
		if slices.Contains(skip, plain.Name) {
			continue
		}
		report(out, Report{Package: oracle.Name, Func: plain.Name, Begin: true})
		c := comparison{
			oracle: oracle, subject: subject,
			oracleCase: plain, twinCase: subject.Cases[i],
			seed: mix(seed + hash(plain.Name)),
		}
		ok := c.compare()
		report(out, Report{
			Package: oracle.Name, Func: plain.Name, Skipped: !ok,
			Awaits: c.awaits, Panicked: strings.HasPrefix(c.want.End, "panic"),
			Divergences: c.divergences[:min(2, len(c.divergences))],
		})
	}
}

func report(out *json.Encoder, r Report) {
	if err := out.Encode(r); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// hash gives each function a seed of its own that does not depend on the others.
func hash(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}
