package driver

import (
	"encoding/json"
	"fmt"
	"go/token"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/asyncgen/asyncgen/internal/diag"
)

// report prints diagnostics, with paths relative to the working directory.
func (r *run) report(ds []diag.Diagnostic) error {
	enc := json.NewEncoder(r.Stdout)
	enc.SetEscapeHTML(false)
	for _, d := range ds {
		d.Pos.Filename = r.short(d.Pos.Filename)
		related := make([]diag.Related, len(d.Related))
		for i, rel := range d.Related {
			rel.Pos.Filename = r.short(rel.Pos.Filename)
			related[i] = rel
		}
		d.Related = related
		var err error
		if r.JSON {
			err = enc.Encode(toJSON(d))
		} else {
			_, err = fmt.Fprintln(r.Stderr, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A message is a diagnostic, or a position related to one, as -json prints it.
type message struct {
	File    string    `json:"file"`
	Line    int       `json:"line"`
	Col     int       `json:"col"`
	Message string    `json:"message"`
	Related []message `json:"related,omitempty"`
}

func toJSON(d diag.Diagnostic) message {
	m := newMessage(d.Pos, d.Message)
	for _, rel := range d.Related {
		m.Related = append(m.Related, newMessage(rel.Pos, rel.Message))
	}
	return m
}

func newMessage(at token.Position, text string) message {
	return message{File: at.Filename, Line: at.Line, Col: at.Column, Message: text}
}

// short gives a path relative to the working directory where that is no longer.
func (r *run) short(path string) string {
	if rel, err := filepath.Rel(r.Dir, path); err == nil && filepath.IsAbs(path) && len(rel) < len(path) {
		return rel
	}
	return path
}

// reportStale reports, for -check, the files that a run would change.
func (r *run) reportStale(todo []change) error {
	list := &diag.List{}
	for _, c := range todo {
		at := token.Position{Filename: c.path, Line: 1, Column: 1}
		switch {
		case c.orphan:
			list.AddAt(at, "the file is orphaned, its source is gone or has no directive: run asyncgen to remove it")
		case !c.exists:
			list.AddAt(at, "the file is missing: run asyncgen to generate it")
		default:
			list.AddAt(at, "the file is stale: run asyncgen to generate it again")
		}
	}
	return r.report(list.Sorted())
}

// printDiffs prints, for -diff, what a run would change.
func (r *run) printDiffs(todo []change) error {
	for _, c := range todo {
		name := filepath.ToSlash(r.short(c.path))
		from, to := "a/"+name, "b/"+name
		if !c.exists {
			from = "/dev/null"
		}
		if c.orphan {
			to = "/dev/null"
		}
		if _, err := r.Stdout.Write(diff.Diff(from, c.old, to, c.text)); err != nil {
			return err
		}
	}
	return nil
}
