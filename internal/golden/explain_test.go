package golden

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/emit"
	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/internal/explain"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

// TestExplain explains all functions of the cases, which have every construct in every place.
func TestExplain(t *testing.T) {
	b := build(t)
	for _, c := range b.cases {
		machines := b.results[c.Name].machines
		files := make(map[*parse.File][]*lower.Machine)
		for _, m := range machines {
			files[m.Func.File] = append(files[m.Func.File], m)
		}
		for f, own := range files {
			diags := &diag.List{Fset: f.Pkg.Fset}
			emitted, err := emit.Explain(f, machines, diags)
			if err != nil || diags.Len() > 0 {
				t.Errorf("%s: %v %v", c.Name, err, diags.Sorted())
				continue
			}
			for _, m := range explain.All(own) {
				e := explain.New(explain.Input{File: f, Emitted: emitted}, m)
				for _, problem := range checkExplanation(e, f, emitted) {
					t.Errorf("%s: %s: %s", c.Name, e.Name, problem)
				}
			}
		}
	}
}

// checkExplanation compares an explanation with the texts that it is about.
func checkExplanation(e *explain.Explanation, f *parse.File, emitted *emit.Explained) (problems []string) {
	bad := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for _, text := range []struct {
		*explain.Text
		whole []byte
	}{{e.Source, f.Source}, {e.Generated, emitted.Text}} {
		lines := strings.Split(string(text.whole), "\n")
		for _, l := range text.Lines {
			if got := textOf(l); l.No > 0 && !strings.HasPrefix(lines[l.No-1], got) {
				bad("%s:%d is shown as %q", text.Name, l.No, got)
			}
		}
	}
	for _, m := range e.Machines {
		if m.Coroutine != "" {
			continue
		}
		problems = append(problems, checkMachine(e, m)...)
	}
	for _, write := range []func(io.Writer) error{e.WriteText, e.WriteMermaid, e.WriteHTML} {
		var first, second bytes.Buffer
		if err := write(&first); err != nil {
			bad("%v", err)
		}
		if write(&second); !bytes.Equal(first.Bytes(), second.Bytes()) {
			bad("what is written differs from time to time")
		}
	}
	return problems
}

// checkMachine looks for what belongs to the states and the variables of a machine.
func checkMachine(e *explain.Explanation, m *explain.Machine) (problems []string) {
	bad := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	reached := map[*explain.State]bool{m.States[0]: true}
	for range m.States {
		for _, edge := range m.Edges {
			reached[edge.To] = reached[edge.To] || reached[edge.From]
		}
	}
	for _, s := range m.States {
		if s.Role != explain.Suspended {
			continue
		}
		// The state of deferred calls is reached by panics alone if the body does not end.
		if !reached[s] && s.WaitsFor != "deferred calls" {
			bad("no edges lead to %s", s.Name)
		}
		in := taggedLines(e.Source, s.Tag)
		if len(in) != 1 || in[0].No != s.Line {
			bad("%s has %d lines in the source", s.Name, len(in))
		}
		var texts []string
		for _, l := range taggedLines(e.Generated, s.Tag) {
			texts = append(texts, strings.TrimSpace(textOf(l)))
		}
		// Its constant has a value of its own where iota is something else.
		if !slices.ContainsFunc(texts, func(t string) bool { return t == s.Name || strings.HasPrefix(t, s.Name+" ") }) {
			bad("the constant %s does not belong to its state:\n\t%s", s.Name, strings.Join(texts, "\n\t"))
		}
		// Its line in the table, where it suspends, and where it resumes.
		for _, want := range []string{"// \t" + s.Name, "= " + s.Name, "case " + s.Name + ":"} {
			if !slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(strings.ReplaceAll(t, "//\t", "// \t"), want) }) {
				bad("no line with %q belongs to %s:\n\t%s", want, s.Name, strings.Join(texts, "\n\t"))
			}
		}
	}
	for _, f := range m.Fields {
		for _, tag := range f.Tags {
			if !mentioned(e.Generated, tag, f.Name) {
				bad("field %s is not marked in the generated file", f.Name)
			}
		}
	}
	return problems
}

func textOf(l *explain.Line) string {
	var b strings.Builder
	for _, t := range l.Tokens {
		b.WriteString(t.Text)
	}
	return b.String()
}

func taggedLines(t *explain.Text, tag string) (out []*explain.Line) {
	for _, l := range t.Lines {
		if slices.Contains(l.Tags, tag) {
			out = append(out, l)
		}
	}
	return out
}

func mentioned(t *explain.Text, tag, name string) bool {
	return slices.ContainsFunc(t.Lines, func(l *explain.Line) bool {
		return slices.ContainsFunc(l.Tokens, func(tok explain.Token) bool {
			return tok.Text == name && slices.Contains(tok.Tags, tag)
		})
	})
}
