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
