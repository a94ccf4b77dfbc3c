package driver

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/asyncgen/asyncgen/emit"
	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

// Mode says what becomes of the generated files.
type Mode int

const (
	Write  Mode = iota // they are written, and orphans removed
	Check              // files that a run would change are reported
	Diff               // the changes of a run are printed
	DumpIR             // the intermediate form is printed, and nothing generated
)

// Options are the command line, taken apart.
type Options struct {
	Patterns []string
	Dir      string   // working directory; paths in messages are relative to it
	Env      []string // of the go command; nil for that of the process
	Tags     []string
	Mode     Mode
	Output   string // path to write to instead of the usual one, "-" for Stdout; needs a single source
	Line     bool   // add //line directives
	JSON     bool   // print diagnostics as JSON, on Stdout
	Verbose  bool   // name the files that are written and removed, on Stderr

	Stdout, Stderr io.Writer
}

// A run is the state of one [Run].
type run struct {
	Options
	diags   *diag.List
	changes []change
	orphans []string
	ir      bytes.Buffer
}

// Run generates what o.Patterns ask for. It reports false if the input has errors, or
// files are not as they should be, having said so on the writers of o. An error means that
// the run did not come that far, or failed to write.
func Run(o Options) (ok bool, err error) {
	r, err := compileAll(o)
	if err != nil {
		return false, err
	}
	if r.diags.Len() > 0 {
		return false, r.report(r.diags.Sorted())
	}
	if o.Mode == DumpIR {
		_, err := r.ir.WriteTo(o.Stdout)
		return err == nil, err
	}
	if o.Output != "" {
		if err := r.redirect(); err != nil {
			return false, err
		}
		return r.finish()
	}
	for _, path := range r.orphans {
		if err := r.remove(path); err != nil {
			return false, err
		}
	}
	return r.finish()
}

// compileAll takes all packages through the phases and touches nothing.
func compileAll(o Options) (*run, error) {
	loaded, err := parse.Load(parse.Config{Dir: o.Dir, Env: o.Env, Tags: o.Tags}, o.Patterns...)
	if err != nil {
		return nil, err
	}
	r := &run{Options: o, diags: loaded.Diags}
	for _, p := range loaded.Packages {
		if err := r.compile(p); err != nil {
			return nil, err
		}
	}
	r.orphans = loaded.Orphans
	return r, nil
}

// compile takes one package through the later phases.
func (r *run) compile(p *parse.Package) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("internal error in package %s: %v\n%s", p.Path, v, debug.Stack())
		}
	}()
	before := r.diags.Len()
	machines := lower.Package(p, r.diags)
	if r.diags.Len() > before {
		return nil
	}
	if r.Mode == DumpIR {
		for _, m := range machines {
			if !m.Func.File.Wanted {
				continue
			}
			if _, err := m.WriteTo(&r.ir); err != nil {
				return err
			}
		}
		return nil
	}
	for _, f := range p.Files {
		if !f.Wanted {
			continue
		}
		before := r.diags.Len()
		text, err := emit.File(f, machines, emit.Options{Line: r.Line}, r.diags)
		if err != nil {
			return fmt.Errorf("internal error in %s, which is a mistake of asyncgen: %w", f.Path, err)
		}
		if r.diags.Len() > before {
			continue
		}
		r.changes = append(r.changes, change{path: f.Output, text: text})
	}
	return nil
}

// redirect makes -o the path of the one file that was generated.
func (r *run) redirect() error {
	if len(r.changes) != 1 {
		return fmt.Errorf("%s has no //async:func directive to generate from", r.Patterns[0])
	}
	if r.Output == "-" {
		return nil
	}
	path := r.Output
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.Dir, path)
	}
	r.changes[0].path = path
	return nil
}

// remove plans the removal of an orphan.
func (r *run) remove(path string) error {
	old, err := os.ReadFile(path)
	if err == nil {
		r.changes = append(r.changes, change{path: path, old: old, exists: true, orphan: true})
	}
	return err
}

// finish compares what was generated with what is on disk and acts as the mode says.
func (r *run) finish() (ok bool, err error) {
	if r.Output == "-" && r.Mode == Write {
		_, err := r.Stdout.Write(r.changes[0].text)
		return err == nil, err
	}
	var todo []change
	for _, c := range r.changes {
		if err := c.compare(); err != nil {
			return false, err
		}
		if c.pending() {
			todo = append(todo, c)
		} else if r.Verbose {
			fmt.Fprintf(r.Stderr, "unchanged %s\n", r.short(c.path))
		}
	}
	switch r.Mode {
	case Check:
		return len(todo) == 0, r.reportStale(todo)
	case Diff:
		return len(todo) == 0, r.printDiffs(todo)
	}
	if err := apply(todo); err != nil {
		return false, err
	}
	for _, c := range todo {
		if r.Verbose {
			fmt.Fprintf(r.Stderr, "%s %s\n", c.verb(), r.short(c.path))
		}
	}
	return true, nil
}

// compare reads what is on disk. A file that this program has not written is an error.
func (c *change) compare() error {
	if c.orphan {
		return nil
	}
	old, err := os.ReadFile(c.path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !parse.IsGenerated(old):
		return fmt.Errorf("%s exists and was not generated by asyncgen: it is not overwritten", c.path)
	}
	c.old, c.exists = old, true
	return nil
}
