package emit

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

// This file hands over, beside the generated text, where each part of it comes from and what
// the parts of the machines are called in it: whoever explains a machine shows both texts, and
// must not guess names a second time.

// An Explained is one generated file with what is needed to explain it.
type Explained struct {
	Text []byte
	// Lines maps a line of Text, from 1, to the line of the source whose statement was copied
	// there. Lines that the source does not have are not in it.
	Lines   map[int]int
	Legends map[*lower.Machine]*Legend // of all machines of the file, those of literals included
}

// A Legend holds the names of one machine, and what the comments of the file say of it.
type Legend struct {
	StateType   string // of the constants of the states
	Start, Done string // those of the states that are no await
	States      map[*lower.State]StateLegend
	Fields      map[*lower.Slot]FieldLegend
	Vars        map[*lower.Var]string // locals of the method that runs the machine
	Recv, State string                // that method's receiver, and the field of the state
	Defers, Up  string                // fields: the deferred calls, the frame of the function around
	Polled      string                // field: the context of the poll, for deferred calls
	Unwinding   string                // field: the deferred calls of the function around
	Labels      map[*lower.Block]string
}

// A StateLegend is a line of the table of states.
type StateLegend struct{ Name, WaitsFor, Where string }

// A FieldLegend is a field of the frame with its comment.
type FieldLegend struct{ Name, Why string }

// Explain generates the twins of a file as [File] does. It generates twice: the //line
// directives of the second text say where the lines of the first come from.
func Explain(f *parse.File, machines []*lower.Machine, diags *diag.List) (*Explained, error) {
	var u *unit
	text, err := File(f, machines, Options{made: func(made *unit) { u = made }}, diags)
	if err != nil || text == nil {
		return nil, err
	}
	lined, err := File(f, machines, Options{Line: true}, diags)
	if err != nil || lined == nil {
		return nil, err
	}
	out := &Explained{Text: text, Legends: map[*lower.Machine]*Legend{}}
	if out.Lines, err = sourceLines(text, lined, filepath.Base(f.Path)); err != nil {
		return nil, err
	}
	for m := range u.all {
		out.Legends[m] = u.legend(m)
	}
	return out, nil
}

// legend collects what was written about m.
func (u *unit) legend(m *lower.Machine) *Legend {
	u.m, u.names, u.pn = m, u.all[m].frame, u.all[m].pkg
	n, pn := u.names, u.pn
	l := &Legend{
		StateType: pn.state, Start: pn.start, Done: pn.done,
		States: map[*lower.State]StateLegend{},
		Fields: map[*lower.Slot]FieldLegend{},
		Vars:   n.vars, Labels: n.labels,
		Recv: n.recv, State: n.state, Defers: n.defers, Polled: n.polled, Up: n.up, Unwinding: n.unwinding,
	}
	for _, st := range m.States {
		a := st.Block.Await
		l.States[st] = StateLegend{pn.states[st], u.waitsFor(a), u.where(a.Call.Call.Pos())}
	}
	if st := m.ExitState; st != nil {
		l.States[st] = StateLegend{pn.states[st], "deferred calls", u.where(m.Func.Body.Rbrace)}
	}
	for _, slot := range m.Slots {
		l.Fields[slot] = FieldLegend{n.fields[slot], u.why(slot)}
	}
	return l
}

// sourceLines reads the //line directives of lined, which is text with directives in between,
// and maps the lines of text that they stand for. The two differ in white space, since gofmt
// aligns comments anew where a line comes between them, and in numbers of lines.
func sourceLines(text, lined []byte, source string) (map[int]int, error) {
	out := map[int]int{}
	plain := slices.Collect(bytes.Lines(text))
	at, from := 0, 0 // index in plain; line of the source, 0 for none
	for l := range bytes.Lines(lined) {
		if rest, ok := bytes.CutPrefix(bytes.TrimSpace(l), []byte("//line ")); ok {
			name, line, _ := strings.Cut(string(rest), ":")
			if from = 0; name == source {
				from, _ = strconv.Atoi(line)
			}
			continue
		}
		words := wordsOf(l)
		if len(words) == 0 {
			if from > 0 {
				from++
			}
			continue
		}
		for at < len(plain) && len(bytes.Fields(plain[at])) == 0 {
			at++
		}
		if at == len(plain) || !slices.EqualFunc(wordsOf(plain[at]), words, bytes.Equal) {
			if len(words) == 1 && string(words[0]) == "//" {
				continue // what gofmt puts between the comment of a declaration and a directive
			}
			return nil, fmt.Errorf("with //line directives line %d of the generated file becomes %q", at+1, l)
		}
		at++
		if from > 0 {
			out[at] = from
			from++
		}
	}
	return out, nil
}

var digits = regexp.MustCompile("[0-9]+")

// wordsOf gives the words of a line, with one number for all.
func wordsOf(line []byte) [][]byte { return bytes.Fields(digits.ReplaceAll(line, []byte("0"))) }
