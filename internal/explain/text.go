package explain

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteText writes tables of the states and of the fields of each machine.
func (e *Explanation) WriteText(w io.Writer) error { return e.writeEach(w, (*Machine).writeText) }

// writeEach writes the machines one after the other, with an empty line in between.
func (e *Explanation) writeEach(w io.Writer, one func(*Machine, *strings.Builder)) error {
	var out strings.Builder
	for i, m := range e.Machines {
		if i > 0 {
			out.WriteByte('\n')
		}
		one(m, &out)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (m *Machine) writeText(out *strings.Builder) {
	fmt.Fprintf(out, "%s (%s), %s: %s\n", m.Func, m.Where, m.Kind, m.Summary())
	if m.Coroutine != "" {
		return
	}
	out.WriteByte('\n')
	table(out, func(w io.Writer) {
		fmt.Fprintf(w, "state\twaits for\tat\tgoes on to\tkeeps\tbytes\n")
		for _, s := range m.States {
			bytes := ""
			if s.Role == Suspended {
				bytes = size(s.Bytes)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", s.Name, s.WaitsFor, s.Where, names(m.Next(s)), fieldNames(s.Keeps), bytes)
		}
	})
	out.WriteByte('\n')
	table(out, func(w io.Writer) {
		fmt.Fprintf(w, "at\tbytes\tfield\ttype\twhat for\n")
		for _, f := range m.Fields {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", size(f.Offset), size(f.Size), f.Name, f.Type, f.Why)
		}
	})
}

// Summary says in a line what the machine takes.
func (m *Machine) Summary() string {
	if m.Coroutine != "" {
		return "no machine but a coroutine, since " + m.Coroutine
	}
	what := "suspensions"
	n := len(m.States) - 2
	if n == 1 {
		what = "suspension"
	}
	if m.Size == Unknown {
		return fmt.Sprintf("%d %s, %s of a size that depends on type arguments", n, what, m.Future)
	}
	return fmt.Sprintf("%d %s, %d bytes in %s", n, what, m.Size, m.Future)
}

// Next lists the states that can follow s.
func (m *Machine) Next(s *State) (out []*State) {
	for _, e := range m.Edges {
		if e.From == s {
			out = append(out, e.To)
		}
	}
	return out
}

func names(states []*State) string {
	var out []string
	for _, s := range states {
		out = append(out, s.Name)
	}
	return strings.Join(out, ", ")
}

func fieldNames(fields []*Field) string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Name)
	}
	return strings.Join(out, ", ")
}

// size writes a number of bytes.
func size(n int64) string {
	if n == Unknown {
		return "?"
	}
	return fmt.Sprint(n)
}

// table aligns what write writes, without spaces at the ends of lines.
func table(out *strings.Builder, write func(io.Writer)) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	write(w)
	w.Flush()
	for line := range strings.Lines(b.String()) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
}

// WriteList writes a line for each machine: name, what it is, and what it takes.
func WriteList(w io.Writer, list []*Explanation) error {
	var out strings.Builder
	table(&out, func(w io.Writer) {
		for _, e := range list {
			m := e.Machines[0]
			fmt.Fprintf(w, "%s\t%s\t%s\n", m.Func, m.Where, m.Summary())
		}
	})
	_, err := io.WriteString(w, out.String())
	return err
}
