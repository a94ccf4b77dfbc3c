package vet

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/asyncgen/asyncgen/parse"
)

// Blocking reports what keeps the worker waiting in an annotated function.
var Blocking = &analysis.Analyzer{
	Name: "blocking",
	Doc: `report blocking operations in annotated functions

A machine is polled by a worker that has other tasks to poll. An operation that
blocks the goroutine, such as a channel operation, a select without default, a lock
or a call into the network, holds up all of them until another worker takes over:

	//async:func
	func poll(url string) error {
		time.Sleep(time.Second)
		return check(url)
	}

A plain call of an annotated function is such an operation, because its awaits
block, and so is the call of a function that waits inside. Await a future instead:

	//async:func
	func poll(url string) error {
		rt.Sleep(time.Second).Await()
		return checkAsync(url).Await()
	}

What has no future can be done by a goroutine, in a literal for example. A lock that
is held for a moment belongs into a plain function that takes it, does what has to be
done, and gives it back.`,
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runBlocking,
}

func runBlocking(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	for _, f := range c.funcs {
		if !f.suspends() {
			continue
		}
		for _, op := range c.waits(f) {
			if call, ok := op.node.(*ast.CallExpr); ok {
				if parse.Awaited(c.info, call) != nil {
					continue
				}
				reportStandard(pass, c, call, op)
				continue
			}
			pass.Report(analysis.Diagnostic{
				Pos: op.node.Pos(), End: opEnd(op.node),
				Message: f.obj.Name() + " " + op.what + ", which blocks the worker that polls it: wait with a future instead",
			})
		}
		for _, call := range c.calls(f) {
			reportCall(pass, c, call)
		}
	}
	return nil, nil
}

// opEnd gives the end of the part of an operation that is worth underlining.
func opEnd(n ast.Node) token.Pos {
	switch n := n.(type) {
	case *ast.SelectStmt:
		return n.Select + token.Pos(len("select"))
	case *ast.RangeStmt:
		return n.X.End()
	}
	return n.End()
}

// reportStandard reports a call into the standard library.
func reportStandard(pass *analysis.Pass, c *code, call *ast.CallExpr, op wait) {
	d := analysis.Diagnostic{Pos: call.Pos(), End: call.End()}
	name, _ := standardWait(c.callee(call))
	switch {
	case op.lock:
		d.Message = name + " blocks the worker while somebody else holds the lock: put what the lock protects into a plain function that does not wait, or wait with a future instead"
	case name == "time.Sleep":
		d.Message = "time.Sleep blocks the worker: await rt.Sleep instead"
		d.SuggestedFixes = sleepFix(c, call)
	default:
		d.Message = name + " blocks the worker: wait with a future instead, or call it on a goroutine"
	}
	pass.Report(d)
}

// sleepFix turns time.Sleep(d) into rt.Sleep(d).Await(), where the file imports the runtime.
func sleepFix(c *code, call *ast.CallExpr) []analysis.SuggestedFix {
	rt := c.runtimeName(call.Pos())
	if rt == "" {
		return nil
	}
	return []analysis.SuggestedFix{{
		Message: "await rt.Sleep",
		TextEdits: []analysis.TextEdit{
			{Pos: call.Fun.Pos(), End: call.Fun.End(), NewText: []byte(rt + ".Sleep")},
			{Pos: call.End(), End: call.End(), NewText: []byte(".Await()")},
		},
	}}
}

// runtimeName gives the name under which the runtime package can be used at pos, or "".
func (c *code) runtimeName(pos token.Pos) string {
	for _, file := range c.files {
		if file.FileStart > pos || pos >= file.FileEnd {
			continue
		}
		scope := c.info.Scopes[file]
		for _, name := range scope.Names() {
			pkg, ok := scope.Lookup(name).(*types.PkgName)
			if !ok || pkg.Imported().Path() != parse.RuntimePath {
				continue
			}
			if _, obj := scope.Innermost(pos).LookupParent(name, pos); obj == pkg {
				return name
			}
		}
	}
	return ""
}

// reportCall reports a call of an annotated function, or of one that waits inside.
func reportCall(pass *analysis.Pass, c *code, call *ast.CallExpr) {
	fn := c.callee(call)
	if fn == nil || parse.Awaited(c.info, call) != nil {
		return
	}
	d := analysis.Diagnostic{Pos: call.Pos(), End: call.End()}
	if twin := c.twin(fn); twin != nil && twin.Verb == "func" {
		d.Message = "the plain call of " + fn.Name() + " blocks the worker: await its twin " + twin.Constructor
		d.SuggestedFixes = twinFix(c, call, fn, twin)
		pass.Report(d)
		return
	}
	why := c.calledBlocking(call)
	if why == "" {
		return
	}
	d.Message = fn.Name() + " blocks the worker: it " + why
	if f := c.byObj[fn]; f != nil {
		d.Related = []analysis.RelatedInformation{{Pos: f.blocks.pos, Message: fn.Name() + " " + f.blocks.what + " here"}}
	}
	pass.Report(d)
}

// twinFix turns Fetch(a) into FetchAsync(a).Await(), which has the same results.
func twinFix(c *code, call *ast.CallExpr, fn *types.Func, twin *annotated) []analysis.SuggestedFix {
	if twin.Dyn || fn.Pkg() != c.pass.Pkg && !ast.IsExported(twin.Constructor) {
		return nil
	}
	var id *ast.Ident
	switch fun := ast.Unparen(funOf(call)).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return nil
	}
	return []analysis.SuggestedFix{{
		Message: "await " + twin.Constructor,
		TextEdits: []analysis.TextEdit{
			{Pos: id.Pos(), End: id.End(), NewText: []byte(twin.Constructor)},
			{Pos: call.End(), End: call.End(), NewText: []byte(".Await()")},
		},
	}}
}

// funOf gives what a call calls, without type arguments.
func funOf(call *ast.CallExpr) ast.Expr {
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.IndexExpr:
		return fun.X
	case *ast.IndexListExpr:
		return fun.X
	default:
		return fun
	}
}
