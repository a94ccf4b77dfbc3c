package twin

import (
	"fmt"
	"io"
)

// program is a named group of functions that a package registered.
type program struct {
	name  string
	funcs []Func
}

var registered []program

// Register adds a group of functions to those that [Main] runs. It is called from package
// initialisers.
func Register(name string, funcs ...Func) {
	registered = append(registered, program{name, funcs})
}

// throughout has the functions that RegisterThroughout was given, by group and name.
var throughout = map[string]map[string]any{}

// RegisterThroughout gives the functions of a group in a copy of their package: their plain forms do
// not await machines of their package, they call plain functions. See [Func.Throughout].
func RegisterThroughout(name string, funcs ...Func) {
	group := throughout[name]
	if group == nil {
		group = map[string]any{}
		throughout[name] = group
	}
	for _, f := range funcs {
		group[f.Name] = f.Plain
	}
}

// Main checks the registered group of that name and writes the plain outcome of its
// functions, and whatever diverged in lines that begin with "DIVERGES". It reports whether
// nothing did.
func Main(w io.Writer, name string) bool {
	ok := true
	for _, p := range registered {
		if p.name != name {
			continue
		}
		for _, f := range p.funcs {
			fmt.Fprintln(w, f.Name) // before the run, in case it ends the process
			f.Throughout = throughout[name][f.Name]
			out, problems := Check(f)
			fmt.Fprint(w, out)
			for _, problem := range problems {
				ok = false
				fmt.Fprintln(w, "DIVERGES", problem)
			}
		}
	}
	return ok
}
