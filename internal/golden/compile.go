package golden

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/asyncgen/asyncgen/emit"
	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

// Compiled is what the compiler made of one case.
type Compiled struct {
	Result
	pkgName  string           // of the package in the case's folder
	programs []*program       // the functions to execute
	machines []*lower.Machine // of that package
	// throughout are the files of the package in which plain functions take the place of twins.
	throughout map[string][]byte
}

// Compile runs the compiler over all cases, in process, and writes nothing.
func (w *Workspace) Compile() (map[string]*Compiled, error) {
	lower.Check = true
	results := make(map[string]*Compiled)
	for _, c := range w.cases {
		results[c.Name] = &Compiled{Result: Result{Generated: make(map[string]string)}}
	}
	loaded, err := parse.Load(parse.Config{Dir: w.Dir, Env: Env()}, "./...")
	if err != nil {
		return nil, err
	}
	diags := loaded.Diags.Sorted()
	twins := twinsOf(loaded.Packages)
	for _, p := range loaded.Packages {
		name, _ := w.caseOf(p.Dir)
		r := results[name]
		if r == nil {
			return nil, fmt.Errorf("package %s of %s belongs to no case", p.Path, p.Dir)
		}
		own := &diag.List{Fset: p.Fset}
		if err := w.compilePackage(p, r, twins, own); err != nil {
			r.Problems = append(r.Problems, err.Error())
		}
		diags = append(diags, own.Sorted()...)
	}
	for _, d := range diags {
		name, _ := w.caseOf(d.Pos.Filename)
		if results[name] == nil {
			return nil, fmt.Errorf("%s", d)
		}
		results[name].Problems = append(results[name].Problems, d.String())
	}
	return results, nil
}

// caseOf splits a path below the workspace into the case's name and the rest.
func (w *Workspace) caseOf(path string) (name, rest string) {
	rel, err := filepath.Rel(w.Dir, path)
	if err != nil {
		return "", ""
	}
	name, rest, _ = strings.Cut(filepath.ToSlash(rel), "/")
	return name, rest
}

// compilePackage adds the output for one package to r. A panic of the compiler is a
// problem of the case.
func (w *Workspace) compilePackage(p *parse.Package, r *Compiled, twins map[string]*parse.Func, diags *diag.List) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the compiler panics: %v\n%s", v, debug.Stack())
		}
	}()
	if _, rest := w.caseOf(p.Dir); rest == "" {
		r.pkgName = p.Name
		r.programs = programs(p)
		if r.throughout, err = throughout(p, twins); err != nil {
			return err
		}
	}
	machines := lower.Package(p, diags)
	if _, rest := w.caseOf(p.Dir); rest == "" {
		r.machines = append(r.machines, machines...)
	}
	if diags.Len() > 0 {
		return nil
	}
	var ir bytes.Buffer
	for _, m := range machines {
		if _, err := m.WriteTo(&ir); err != nil {
			return err
		}
	}
	r.IR += ir.String()
	for _, f := range p.Files {
		text, err := emit.File(f, machines, emit.Options{}, diags)
		if err != nil {
			return err
		}
		_, rest := w.caseOf(f.Output)
		r.Generated[rest] = string(text)
	}
	return nil
}

// driver is the file that registers the programs of a case, and the types of its machines.
func (c *Compiled) driver(of *Case) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n\nimport (\n\t\"reflect\"\n\n\t\"github.com/asyncgen/asyncgen/internal/twin\"\n)\n\n", c.pkgName)
	b.WriteString("func init() {\n")
	c.register(&b, "Register", of)
	fmt.Fprintf(&b, "\n\ttwin.RegisterFrames(%q,\n", of.Name)
	frameTypes(&b, c)
	b.WriteString("\t)\n}\n\nvar _ reflect.Type\n")
	return b.Bytes()
}

// throughoutDriver is its counterpart in the copy of the case.
func (c *Compiled) throughoutDriver(of *Case) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n\nimport \"github.com/asyncgen/asyncgen/internal/twin\"\n\nfunc init() {\n", c.pkgName)
	c.register(&b, "RegisterThroughout", of)
	b.WriteString("}\n")
	return b.Bytes()
}

// register writes calls of a function of package twin that takes the programs of a case.
func (c *Compiled) register(b *bytes.Buffer, register string, of *Case) {
	fmt.Fprintf(b, "\ttwin.%s(%q,\n", register, of.Name)
	for _, p := range c.programs {
		if p.gen != nil && p.gen.Stream {
			continue
		}
		if p.gen != nil {
			drive := [...]string{"Seq0", "Seq", "Seq2"}[len(p.gen.Values)]
			fmt.Fprintf(b, "\t\ttwin.%s(%q, %s, %s),\n", drive, p.plain, p.plain, p.twin)
			continue
		}
		fmt.Fprintf(b, "\t\ttwin.Func{Name: %q, Plain: %s, Twin: %s},\n", p.plain, p.plain, p.twin)
	}
	b.WriteString("\t)\n")
	for _, p := range c.programs {
		if p.gen != nil && p.gen.Stream {
			drive := [...]string{1: "Stream", 2: "Stream2"}[len(p.gen.Values)]
			fmt.Fprintf(b, "\ttwin.%s(%q, twin.%s(%q, %s, %s)...)\n", register, of.Name, drive, p.plain, p.plain, p.twin)
		}
	}
}
