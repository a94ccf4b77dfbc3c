package parse

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/asyncgen/asyncgen/internal/diag"
)

// Two directives ask for no twin, but say something to the functions with a directive that call
// what they mark:
//
//	//async:new  it is a constructor: nobody else has the future that it returns
//	//async:in   it is a method that wakes others, and has one beside it that does so from
//	             inside a poll: NotifyOneIn(cx) for NotifyOne(). It is called with nil when
//	             there is no poll, because a deferred call is made for a cancel.

// isMark reports whether a directive is one of them.
func (d *directive) isMark() bool { return d.verb == "new" || d.verb == "in" }

// inSuffix makes the name of the method that is called in a poll, with the context, in the place of
// one marked //async:in.
const inSuffix = "In"

// childrenOption says of a constructor that futures among its arguments are children of what it
// makes, which alone polls and cancels them, and does not touch them any more once it is ready,
// was canceled or has panicked.
const childrenOption = "children"

// checkMarkOptions checks the options of a mark.
func (d *directive) checkMarkOptions(diags *diag.List) {
	for _, o := range d.options {
		switch {
		case d.verb == "in":
			diags.Add(d.pos, "%s%s: unknown option %q: there are none", directivePrefix, d.verb, o)
		case o != childrenOption:
			diags.Add(d.pos, "%s%s: unknown option %q: known is %s", directivePrefix, d.verb, o, childrenOption)
		}
	}
}

// checkMark holds a marked function to what its mark promises.
func checkMark(d *directive, decl *ast.FuncDecl, diags *diag.List) {
	switch {
	case d.verb == "new":
		checkConstructor(decl, d.pos, diags)
	case decl.Recv == nil:
		diags.Add(d.pos, "%sin: %s is not a method: only a method can have one beside it that is handed the context", directivePrefix, decl.Name.Name)
	}
}

// inPoll names the method that a machine calls, with its context, where the source calls one marked
// //async:in. It is "" if call is no such call.
func (b *bodies) inPoll(call *ast.CallExpr) string {
	fn := typeutil.StaticCallee(b.info, call)
	if fn == nil || fn.Pkg() == nil || fn.Signature().Recv() == nil || isMethodExpr(b.info, call.Fun) {
		return ""
	}
	if !b.marks.of(fn.Pkg().Path())[funcKey(fn.Origin())].in {
		return ""
	}
	name := fn.Name() + inSuffix
	obj, _, _ := types.LookupFieldOrMethod(fn.Signature().Recv().Type(), true, fn.Pkg(), name)
	in, ok := obj.(*types.Func)
	if !ok || !takesContextToo(fn.Signature(), in.Signature()) {
		b.errorf(call.Pos(), "%s is marked %sin, but has no method %s beside it with the same parameters after a *rt.Context, and the same results", fn.Name(), directivePrefix, name)
		return ""
	}
	return name
}

// inDefers finds the calls that inPoll is about in what fn defers.
func (b *bodies) inDefers(fn *Func, call *ast.CallExpr) {
	if in := b.inPoll(call); in != "" {
		fn.InDefers[call] = in
	}
	lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit)
	if !ok || b.literalAwaits(lit) {
		return // the latter is a machine, with a poll of its own
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt:
			return false
		case *ast.CallExpr:
			if in := b.inPoll(n); in != "" {
				fn.InDefers[n] = in
			}
		}
		return true
	})
}

// takesContextToo reports whether in has the signature of out with a context in front.
func takesContextToo(out, in *types.Signature) bool {
	n := out.Params().Len()
	if in.Params().Len() != n+1 || !isContext(in.Params().At(0).Type()) || in.Variadic() != out.Variadic() {
		return false
	}
	for i := range n {
		if !types.Identical(out.Params().At(i).Type(), in.Params().At(i+1).Type()) {
			return false
		}
	}
	return types.Identical(out.Results(), in.Results())
}

// checkConstructor holds a function marked //async:new to its promise: what it returns is
// a &T{…} literal, of which nobody else has the address, so that the caller may move it.
func checkConstructor(decl *ast.FuncDecl, pos token.Pos, diags *diag.List) {
	results := decl.Type.Results
	pointer := false
	if results.NumFields() == 1 {
		_, pointer = ast.Unparen(results.List[0].Type).(*ast.StarExpr)
	}
	if !pointer || decl.Body == nil {
		diags.Add(pos, "%snew: %s must have a body and one result, a pointer to the future", directivePrefix, decl.Name.Name)
		return
	}
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if len(n.Results) == 1 && isNewLiteral(n.Results[0]) {
				return true
			}
			diags.Add(n.Pos(), "%snew: every return of %s must have the form return &T{…}, because callers move what it returns", directivePrefix, decl.Name.Name)
		}
		return true
	})
}

func isNewLiteral(e ast.Expr) bool {
	u, ok := ast.Unparen(e).(*ast.UnaryExpr)
	if !ok || u.Op != token.AND {
		return false
	}
	_, ok = ast.Unparen(u.X).(*ast.CompositeLit)
	return ok
}
