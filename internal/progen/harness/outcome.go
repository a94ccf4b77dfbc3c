package harness

import (
	"fmt"
	"strings"
)

// An Outcome is everything about one run that the plain function and its twin must
// have in common.
type Outcome struct {
	Events  []string `json:"events"`
	End     string   `json:"end"` // how it ended: return, panic or goexit
	Args    string   `json:"args"`
	Globals string   `json:"globals"`
}

// String gives one line an item, in an order in which the first difference is the
// earliest one.
func (o Outcome) String() string {
	return fmt.Sprintf("%s\nend: %s\nargs: %s\nglobals: %s", strings.Join(o.Events, "\n"), o.End, o.Args, o.Globals)
}

// capture runs body on a goroutine of its own, with fresh state prepared by setup, and
// reports what became of it. The second result says that fuel ran out.
func capture(pkg Package, setup func(*state), body func()) (o Outcome, exhausted bool) {
	done := make(chan struct{})
	run = state{fuel: fuelAtStart}
	setup(&run)
	pkg.Reset()
	go func() {
		defer close(done)
		returned := false
		defer func() {
			v := recover()
			switch {
			case returned:
				o.End = "return " + run.result
			case v != nil:
				o.End = "panic " + showPanic(v)
			default:
				o.End = "goexit"
			}
		}()
		body()
		returned = true
	}()
	<-done
	o.Events = run.events
	o.Args = Show(run.args)
	o.Globals = Show(pkg.Globals())
	return o, run.exhausted
}
