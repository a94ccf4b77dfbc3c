package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/asyncgen/asyncgen/parse"
)

// LiteralAwait reports awaits that look like those of an annotated function and are none.
var LiteralAwait = &analysis.Analyzer{
	Name: "literalawait",
	Doc: `report awaits in plain literals inside annotated functions

A function literal that is a value runs when somebody calls it. An await in it does not
suspend the machine of the function around it, but blocks the goroutine of the caller:

	//async:func
	func sizes(urls []string) (list []int) {
		add := func(url string) {
			list = append(list, sizeAsync(url).Await())
		}
		for _, url := range urls {
			add(url)
		}
		return list
	}

Await in the function itself, or make the literal a closure with rt.Async, or a function
with a directive of its own.
A literal that is called on the spot, deferred, or handed to rt.Async suspends as the
function does, and one that runs on a goroutine may block; their awaits are not reported.`,
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runLiteralAwait,
}

func runLiteralAwait(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	for _, f := range c.funcs {
		if !f.suspends() {
			continue
		}
		free := c.goroutines(f)
		ast.Inspect(f.body, func(n ast.Node) bool {
			lit, ok := n.(*ast.FuncLit)
			if !ok || f.roles.Own(lit) {
				return true // closures in plain literals are looked at below
			}
			if !free[lit] {
				reportAwaits(pass, c, f, lit)
			}
			return false
		})
	}
	return nil, nil
}

// reportAwaits reports the awaits that run when a plain literal runs. Literals in it that
// are values again are values of that literal, and looked at in the same way.
func reportAwaits(pass *analysis.Pass, c *code, f *function, lit *ast.FuncLit) {
	free := c.goroutines(f)
	report := func(n ast.Node, what string) {
		pass.Report(analysis.Diagnostic{
			Pos: n.Pos(), End: n.End(),
			Message: what + " blocks the goroutine that calls the literal, it does not suspend " + f.obj.Name() + ": await outside of the literal, or make it a closure with rt.Async",
		})
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return !free[n] && !f.roles.Closure(n)
		case *ast.RangeStmt:
			if c.overStream(n) {
				report(n.X, "this loop over a stream")
			}
		case *ast.CallExpr:
			if parse.Awaited(c.info, n) != nil && f.roles.Statement(n) != token.GO {
				report(n, "this await")
			}
		}
		return true
	})
}

// starters names well-known functions that run a function on another goroutine.
var starters = []string{
	"(*sync.WaitGroup).Go", "time.AfterFunc", "context.AfterFunc", "(*golang.org/x/sync/errgroup.Group).Go",
	"net/http.HandleFunc", "(*net/http.ServeMux).HandleFunc", "(*testing.common).Cleanup",
	parse.RuntimePath + ".Blocking",
}

// goroutines finds the literals of f that run on goroutines of their own.
func (c *code) goroutines(f *function) map[*ast.FuncLit]bool {
	free := make(map[*ast.FuncLit]bool)
	mark := func(e ast.Expr) {
		if lit, ok := ast.Unparen(e).(*ast.FuncLit); ok {
			free[lit] = true
		}
	}
	ast.Inspect(f.body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if f.roles.Statement(call) == token.GO {
			mark(call.Fun)
		}
		if onGoroutine(c.callee(call)) {
			for _, arg := range call.Args {
				mark(arg)
			}
		}
		return true
	})
	return free
}

// onGoroutine reports whether a function runs one of its arguments on a goroutine.
func onGoroutine(fn *types.Func) bool {
	return fn != nil && slices.Contains(starters, fn.FullName())
}
