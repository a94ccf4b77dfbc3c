package vet

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"
)

// DefaultRuntime reports work that leaves the runtime of the task that asks for it.
var DefaultRuntime = &analysis.Analyzer{
	Name: "defaultruntime",
	Doc: `report use of the default runtime on behalf of annotated functions

In an annotated function, rt.Spawn and its like mean the runtime that polls the task. In a
plain function they cannot, and mean the default one, also if an annotated function calls
it:

	//async:func
	func greet(name string) {
		log("hello " + name)
	}

	func log(line string) {
		rt.Spawn(sendAsync(line)).Detach()
	}

The task then lives on another runtime than its parent: a test with a runtime and a clock of its
own does not see it, and Shutdown does not wait for it. Spawn in the annotated function, or
pass the runtime on and use rt.SpawnOn. Function literals of an annotated function know its runtime,
whenever they run.`,
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runDefaultRuntime,
}

func runDefaultRuntime(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	d := &defaultUses{pass: pass, c: c, seen: make(map[*function]bool)}
	for _, f := range c.funcs {
		if f.suspends() {
			d.follow(f, f)
		}
	}
	return nil, nil
}

// defaultUses goes through the plain functions that annotated ones call.
type defaultUses struct {
	pass *analysis.Pass
	c    *code
	seen map[*function]bool
}

// follow looks at the calls of f, which is called on behalf of the annotated function from.
func (d *defaultUses) follow(f, from *function) {
	for _, call := range d.c.calls(f) {
		name := d.c.ambient(call)
		if name != "" && f != from {
			d.report(call, name+" in "+f.obj.Name()+" uses the default runtime", from)
		}
		fn := d.c.callee(call)
		if fn == nil || name != "" {
			continue
		}
		next := d.c.byObj[fn]
		if next == nil {
			if why := d.c.calledDefault(call); why != "" {
				d.report(call, fn.Name()+" uses the default runtime: it "+why, from)
			}
		} else if next.plain() && !d.seen[next] {
			d.seen[next] = true
			d.follow(next, from)
		}
	}
}

func (d *defaultUses) report(call *ast.CallExpr, what string, from *function) {
	d.pass.Report(analysis.Diagnostic{
		Pos: call.Pos(), End: call.End(),
		Message: what + ", not the one that polls " + from.obj.Name() + ": pass the runtime on, or spawn in the annotated function",
		Related: []analysis.RelatedInformation{{Pos: from.obj.Pos(), Message: from.obj.Name() + " leads to this call"}},
	})
}
