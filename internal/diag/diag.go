// Package diag holds the diagnostics of the compiler: a position, a message that
// says what to do, and related positions. Passes collect them and go on, so that
// one run reports every error.
package diag

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strings"
)

// A Related position explains a diagnostic: where the other declaration stands,
// which await a variable lives across.
type Related struct {
	Pos     token.Position
	Message string
}

// A Diagnostic is one thing that is wrong with the input.
type Diagnostic struct {
	Pos     token.Position
	Message string
	Related []Related
}

// String gives the line that the command prints, with a further, indented line for
// each related position.
func (d Diagnostic) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", d.Pos, d.Message)
	for _, r := range d.Related {
		fmt.Fprintf(&b, "\n\t%s: %s", r.Pos, r.Message)
	}
	return b.String()
}

// A List collects diagnostics. The zero value is ready to use. It is not goroutine-safe.
type List struct {
	Fset *token.FileSet
	list []Diagnostic
}

// Add reports a formatted message at pos and returns the new diagnostic, so that the
// caller can attach related positions to it with [List.Relate].
func (l *List) Add(pos token.Pos, format string, args ...any) {
	l.AddAt(l.Fset.Position(pos), format, args...)
}

// AddAt is [List.Add] for a position that belongs to no file set.
func (l *List) AddAt(pos token.Position, format string, args ...any) {
	l.list = append(l.list, Diagnostic{Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// Relate attaches a related position to the diagnostic that was added last.
func (l *List) Relate(pos token.Pos, format string, args ...any) {
	last := &l.list[len(l.list)-1]
	last.Related = append(last.Related, Related{l.Fset.Position(pos), fmt.Sprintf(format, args...)})
}

// Append adds diagnostics made elsewhere.
func (l *List) Append(ds ...Diagnostic) { l.list = append(l.list, ds...) }

// Len is the number of diagnostics so far.
func (l *List) Len() int { return len(l.list) }

// Sorted returns the diagnostics by file, line and column, each once.
func (l *List) Sorted() []Diagnostic {
	out := slices.Clone(l.list)
	slices.SortStableFunc(out, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Pos.Filename, b.Pos.Filename),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(out, func(a, b Diagnostic) bool {
		return a.Pos == b.Pos && a.Message == b.Message
	})
}
