package vet

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"

	"github.com/asyncgen/asyncgen/parse"
)

// TaskLocal reports task-local variables that are read where they have no value.
var TaskLocal = &analysis.Analyzer{
	Name: "tasklocal",
	Doc: `report task-local variables that are read outside of annotated functions

The value of an rt.TaskLocal travels with the polls of a future. Only an annotated function
can read it. A plain function has no value, and neither has a literal that does not await
and is no closure of rt.Async:

	var user rt.TaskLocal[string]

	//async:func
	func serve(line string) {
		answer(line)
	}

	func answer(line string) {
		name, ok := user.Get()
		fmt.Println(name, ok, line)
	}

Read the variable in the annotated function and pass the value on, or annotate the other
function too.`,
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runTaskLocal,
}

func runTaskLocal(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	known := make(map[*ast.CallExpr]bool)
	for _, f := range c.funcs {
		if f.suspends() {
			c.polled(f, f.body, known)
		}
	}
	for _, file := range c.files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if ok && parse.RuntimeCallee(c.info, call) == "TaskLocal.Get" && !known[call] {
				pass.ReportRangef(call, "a task-local variable has no value here, where no future is being polled: read it in an annotated function, outside of plain literals, and pass the value on")
			}
			return true
		})
	}
	return nil, nil
}

// polled collects the calls that a machine of f makes itself, below root.
func (c *code) polled(f *function, root ast.Node, calls map[*ast.CallExpr]bool) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return f.roles.Closure(n) || f.roles.Own(n) && c.awaitsIn(f, n)
		case *ast.CallExpr:
			calls[n] = true
		}
		return true
	})
}
