package emit

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/asyncgen/asyncgen/lower"
)

// This file writes what the states of a machine are called and what they mean.

// states writes the constants of the state field.
func (u *unit) states() {
	m, pn := u.m, u.pn
	size := "uint8"
	if len(m.States) > 250 {
		size = "uint16"
	}
	u.out.Type().Id(pn.state).Add(u.predeclaredType(size))
	names := []string{pn.start}
	for _, st := range m.States {
		names = append(names, pn.states[st])
	}
	if m.ExitState != nil {
		names = append(names, pn.states[m.ExitState])
	}
	names = append(names, pn.done)
	if m.Exit && m.Walk == nil {
		names = append(names, pn.running)
	}
	u.out.Const().Defs(u.enumerate(names, pn.state, map[string]string{
		pn.running: "being polled: a panic must run the deferred calls",
	})...)
}

// stateTable lists the states: what each waits for and what it keeps meanwhile.
func (u *unit) stateTable() []string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprintf(w, "state\twaits for\t\tkeeps\n")
	fmt.Fprintf(w, "%s\t\t\t\n", u.pn.start)
	for _, st := range u.m.States {
		a := st.Block.Await
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", u.pn.states[st], u.waitsFor(a), u.where(a.Call.Call.Pos()), u.keeps(st))
	}
	if st := u.m.ExitState; st != nil {
		fmt.Fprintf(w, "%s\tdeferred calls\t%s\t%s\n", u.pn.states[st], u.where(u.m.Func.Body.Rbrace), u.keeps(st))
	}
	fmt.Fprintf(w, "%s\t\t\t\n", u.pn.done)
	w.Flush()
	var out []string
	for line := range strings.Lines(b.String()) {
		out = append(out, strings.TrimRight(line, " \n"))
	}
	return out
}

// waitsFor is the operand of an await in short: the function that is called, without its
// arguments.
func (u *unit) waitsFor(a *lower.Await) string {
	switch {
	case a.Call.Yield && a.Child != nil:
		return "the end of " + short(a.Call.Call)
	case a.Call.Yield:
		return "a call of Next"
	case a.Call.Lit == nil && a.Call.Operand == nil:
		return a.Child.Hint + " of " + short(a.Call.Call)
	case a.Call.Operand == nil:
		return "a literal"
	}
	return short(a.Call.Operand)
}
