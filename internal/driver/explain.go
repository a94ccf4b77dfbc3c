package driver

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/asyncgen/asyncgen/emit"
	"github.com/asyncgen/asyncgen/internal/explain"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

// ExplainOptions are the command line of explain, taken apart. Of [Options] it uses Patterns, Dir,
// Env, Tags, the writers, and Output, the path of a file to write to, if any.
type ExplainOptions struct {
	Options
	Func   string // the function to explain, or empty: then those that there are get listed
	Format string // one of Formats
}

// Formats are what explanations can be written as.
var Formats = []string{"text", "mermaid", "html"}

// An explainer is the state of one [Explain].
type explainer struct {
	*run
	cfg       parse.Config
	packages  []*compiled
	generated map[string][]byte // all generated files of packages, by path
	inputs    map[*parse.File]explain.Input
}

// compiled is a package that has been lowered.
type compiled struct {
	*parse.Package
	machines []*lower.Machine
}

// Explain explains one function. Nothing is generated on disk, and what was generated there before
// is not looked at, so it may be stale. The results are those of [Run].
func Explain(o ExplainOptions) (ok bool, err error) {
	x := &explainer{
		cfg:       parse.Config{Dir: o.Dir, Env: o.Env, Tags: o.Tags},
		generated: make(map[string][]byte),
		inputs:    make(map[*parse.File]explain.Input),
	}
	asked, err := parse.Load(x.cfg, o.Patterns...)
	if err != nil {
		return false, err
	}
	x.run = &run{Options: o.Options, diags: asked.Diags}
	if x.diags.Len() == 0 {
		if err := x.compileLocal(asked.Local()); err != nil {
			return false, err
		}
	}
	if x.diags.Len() > 0 {
		return false, x.report(x.diags.Sorted())
	}
	found, err := x.find(asked, o.Func)
	if err != nil {
		return false, err
	}
	var out bytes.Buffer
	if err := write(&out, found, o); err != nil {
		return false, err
	}
	if o.Output == "" || o.Output == "-" {
		_, err = o.Stdout.Write(out.Bytes())
		return err == nil, err
	}
	path := o.Output
	if !filepath.IsAbs(path) {
		path = filepath.Join(o.Dir, path)
	}
	err = os.WriteFile(path, out.Bytes(), 0o666)
	return err == nil, err
}

// write writes what was asked for: a list, or one explanation.
func write(out io.Writer, found []*explain.Explanation, o ExplainOptions) error {
	switch {
	case o.Func == "":
		return explain.WriteList(out, found)
	case o.Format == "html":
		return found[0].WriteHTML(out)
	case o.Format == "mermaid":
		return found[0].WriteMermaid(out)
	}
	return found[0].WriteText(out)
}

// compileLocal takes all packages through the phases that may have a part in the frames of those
// asked for.
func (x *explainer) compileLocal(dirs []string) (err error) {
	if len(dirs) == 0 {
		return nil
	}
	loaded, err := parse.Load(x.cfg, dirs...)
	if err != nil {
		return err
	}
	x.diags = loaded.Diags
	for _, p := range loaded.Packages {
		if err := x.compile(p); err != nil {
			return err
		}
	}
	return nil
}

func (x *explainer) compile(p *parse.Package) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("internal error in package %s: %v\n%s", p.Path, v, debug.Stack())
		}
	}()
	before := x.diags.Len()
	c := &compiled{p, lower.Package(p, x.diags)}
	if x.diags.Len() > before {
		return nil
	}
	for _, f := range p.Files {
		emitted, err := emit.Explain(f, c.machines, x.diags)
		if err != nil || emitted == nil {
			return err
		}
		x.generated[f.Output] = emitted.Text
		x.inputs[f] = explain.Input{File: f, Emitted: emitted}
	}
	x.packages = append(x.packages, c)
	return nil
}

// find explains the function of the given name in the files that were asked for, or, if name is
// empty, all of them.
func (x *explainer) find(asked *parse.Result, name string) (found []*explain.Explanation, err error) {
	wanted := make(map[string]bool)
	for _, p := range asked.Packages {
		for _, f := range p.Files {
			wanted[f.Path] = f.Wanted
		}
	}
	if len(wanted) == 0 {
		return nil, fmt.Errorf("%s has no function with a directive: there is nothing to explain", strings.Join(x.Patterns, " "))
	}
	var names []string
	for _, c := range x.packages {
		for _, m := range explain.All(c.machines) {
			if !wanted[m.Func.File.Path] {
				continue
			}
			names = append(names, m.Func.Names.Func)
			if name != "" && !answersTo(m.Func, name) {
				continue
			}
			e, err := x.explain(c, m)
			if err != nil {
				return nil, err
			}
			found = append(found, e)
		}
	}
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("there is no machine of %s: there are those of %s", name, strings.Join(names, ", "))
	case name != "" && len(found) > 1:
		return nil, fmt.Errorf("there are %d machines of %s: name one package", len(found), name)
	}
	return found, nil
}

// answersTo reports whether a user can mean fn by name: the function's own, that with the receiver
// as in (*Client).Get, or one of the twin's.
func answersTo(fn *parse.Func, name string) bool {
	n := fn.Names
	plain := strings.NewReplacer("(", "", "*", "", ")", "").Replace(name)
	return plain == n.Func || name == n.Future || fn.Decl != nil && fn.Decl.Recv == nil && name == n.Constructor
}

// explain explains one machine. The types of its file's package are asked for once.
func (x *explainer) explain(c *compiled, m *lower.Machine) (*explain.Explanation, error) {
	in := x.inputs[m.Func.File]
	if in.Package == nil {
		pkg, sizes, err := parse.Layout(x.cfg, m.Func.File.Path, maps.Clone(x.generated))
		if err != nil {
			return nil, fmt.Errorf("package %s does not compile with its generated files: %w", c.Path, err)
		}
		for _, f := range c.Files {
			in := x.inputs[f]
			in.Package, in.Sizes = pkg, sizes
			x.inputs[f] = in
		}
		in = x.inputs[m.Func.File]
	}
	return explain.New(in, m), nil
}
