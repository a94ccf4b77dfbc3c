package progen

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/asyncgen/asyncgen/emit"
	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/internal/standin"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

// Compile is the [Compiler] that calls this project's packages in the same process. A
// panic of theirs is a diagnostic of the file that it happened in.
func Compile(dir string) (map[string]string, error) {
	packages, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return nil, err
	}
	folders := map[string]string{}
	for _, folder := range packages {
		folders[folder] = scratchPath + "/" + filepath.Base(dir) + "/" + filepath.Base(folder)
	}
	env, err := standin.Env(os.Environ(), filepath.Join(filepath.Dir(dir), "driver"), dir, folders, rtPath)
	if err != nil {
		return nil, err
	}
	loaded, err := parse.Load(parse.Config{Dir: dir, Env: env}, "./...")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	collect := func(list *diag.List) {
		for _, d := range list.Sorted() {
			out[d.Pos.Filename] += d.String() + "\n"
		}
	}
	collect(loaded.Diags)
	if len(out) > 0 {
		return out, nil
	}
	lower.Check = true
	for _, p := range loaded.Packages {
		diags := &diag.List{Fset: p.Fset}
		machines := lowered(p, diags, out)
		collect(diags)
		if len(out) > 0 {
			continue
		}
		for _, f := range p.Files {
			if text := emitted(f, machines, diags, out); text != nil {
				if err := os.WriteFile(f.Output, text, 0o666); err != nil {
					return nil, err
				}
			}
		}
		collect(diags)
	}
	return out, nil
}

// lowered lowers a package. If that panics, each function is tried alone, to find out
// which one it is.
func lowered(p *parse.Package, diags *diag.List, bad map[string]string) (machines []*lower.Machine) {
	text := guarded(func() { machines = lower.Package(p, diags) })
	if text == "" {
		return machines
	}
	found := false
	for _, f := range p.Funcs {
		alone := *p
		alone.Funcs = []*parse.Func{f}
		if text := guarded(func() { lower.Package(&alone, &diag.List{Fset: p.Fset}) }); text != "" {
			bad[f.File.Path] += text
			found = true
		}
	}
	if !found {
		bad[p.Files[0].Path] += text
	}
	return nil
}

// emitted writes one file.
func emitted(f *parse.File, machines []*lower.Machine, diags *diag.List, bad map[string]string) (text []byte) {
	var own []*lower.Machine
	for _, m := range machines {
		if m.Func.File == f {
			own = append(own, m)
		}
	}
	failed := guarded(func() {
		var err error
		if text, err = emit.File(f, own, emit.Options{}, diags); err != nil {
			panic(err)
		}
	})
	if failed != "" {
		bad[f.Path] += failed
		return nil
	}
	return text
}

// guarded calls f and gives the text of its panic.
func guarded(f func()) (text string) {
	defer func() {
		if v := recover(); v != nil {
			text = fmt.Sprintf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	f()
	return ""
}
