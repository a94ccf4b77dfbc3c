package parse

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/internal/typeset"
)

// A Gen is what makes a Func a generator or, if it awaits, a stream. The annotated function returns an iterator that is
// written as a literal, and the machine is that of the literal's body: Func.Body. What
// stands before the return statement runs when the machine is made, as it does when the
// plain function is called.
type Gen struct {
	Lit     *ast.FuncLit
	Stream  bool
	Prelude []ast.Stmt   // what stands before the return statement
	Yield   *types.Var   // the literal's parameter, nil if it has no name
	Values  []types.Type // what yield is called with: none, one or two
	// Inits are the variables of Prelude that Lit mentions. The machine begins with the
	// values that they have at the return statement.
	Inits []*types.Var
	// Consts are the declarations of constants in Prelude; Lit may mention these.
	Consts []*ast.GenDecl
	// Coroutine says why the body cannot be a machine; nil if it can. Otherwise nothing in it
	// is looked at any further.
	Coroutine *Coroutine
}

// returnedLiteral gives the literal that a function returns with its last statement, or nil.
func returnedLiteral(body *ast.BlockStmt) *ast.FuncLit {
	if body == nil || len(body.List) == 0 {
		return nil
	}
	ret, ok := body.List[len(body.List)-1].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return nil
	}
	lit, _ := ast.Unparen(ret.Results[0]).(*ast.FuncLit)
	return lit
}

// yieldType gives the type of the parameter of an iterator that is written as a literal,
// or nil if the literal is no iterator or its parameter's type is not written out.
func yieldType(lit *ast.FuncLit) *ast.FuncType {
	if lit == nil || lit.Type.Params.NumFields() != 1 || lit.Type.Results.NumFields() != 0 {
		return nil
	}
	yield, ok := ast.Unparen(lit.Type.Params.List[0].Type).(*ast.FuncType)
	if !ok || yield.Params.NumFields() > 2 || yield.Results.NumFields() != 1 {
		return nil
	}
	for _, p := range yield.Params.List {
		if _, variadic := p.Type.(*ast.Ellipsis); variadic {
			return nil
		}
	}
	return yield
}

// checkGenerator reports an annotated function that is not written as a generator.
func (t *twin) checkGenerator(pos token.Pos, diags *diag.List) {
	if t.decl.Body == nil {
		return // reported
	}
	form := "return func(yield func(V) bool) { … }"
	if yieldType(returnedLiteral(t.decl.Body)) == nil || t.decl.Type.Results.NumFields() != 1 {
		diags.Add(pos, "%s%s: %s must have one result, an iterator, and end in %s with the type of yield written out", directivePrefix, t.verb, t.decl.Name.Name, form)
		return
	}
	last := t.decl.Body.List[len(t.decl.Body.List)-1]
	ast.Inspect(t.decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if n != last {
				diags.Add(n.Pos(), "%s%s: the only return statement of %s itself must be the last one, %s: move what precedes it into the literal", directivePrefix, t.verb, t.decl.Name.Name, form)
			}
		}
		return true
	})
}

// writeIterStub is [twin.writeStub] of a generator.
func (t *twin) writeIterStub(b *bytes.Buffer, s *source, g *generics) (imports []string) {
	text := func(n ast.Node) string { return g.text(s, n, g.rename) }
	recv, typeParams, iter := "", g.declared(), t.names.Future
	if t.decl.Recv != nil {
		recv, typeParams = g.receiver(s, t.decl.Recv)+" ", ""
	}
	yield := yieldType(returnedLiteral(t.decl.Body))
	var results []string
	for _, p := range append(flatten(yield.Params), flatten(yield.Results)...) {
		results = append(results, text(p.typ))
	}
	fmt.Fprintf(b, "\n%snew\nfunc %s%s%s%s *%s { for {} }\n", directivePrefix, recv, t.names.Constructor, typeParams, text(t.decl.Type.Params), iter+g.args())
	fmt.Fprintf(b, "type %s%s struct { %s.Gen }\n", iter, g.declared(), s.dir.alias)
	fmt.Fprintf(b, "func (*%s) Next() (%s) { for {} }\n", iter+g.args(), strings.Join(results, ", "))
	fmt.Fprintf(b, "func (*%s) Stop() { for {} }\n", iter+g.args())
	return g.imports
}

// writeStreamStub is [twin.writeStub] of a stream.
func (t *twin) writeStreamStub(b *bytes.Buffer, s *source, g *generics) (imports []string) {
	text := func(n ast.Node) string { return g.text(s, n, g.rename) }
	rt, base := s.dir.alias, t.names.Base
	recv, typeParams := "", g.declared()
	if t.decl.Recv != nil {
		recv, typeParams = g.receiver(s, t.decl.Recv)+" ", ""
	}
	yield := yieldType(returnedLiteral(t.decl.Body))
	var values []string
	for _, p := range flatten(yield.Params) {
		values = append(values, text(p.typ))
	}
	results := append(values, text(yield.Results.List[0].Type))
	elem := "struct{}"
	switch len(values) {
	case 1:
		elem = values[0]
	case 2:
		elem = rt + ".Pair[" + strings.Join(values, ", ") + "]"
	}
	stream, next, stop := t.names.Future+g.args(), base+"Next"+g.args(), base+"Stop"+g.args()
	fmt.Fprintf(b, "\n%snew\nfunc %s%s%s%s *%s { for {} }\n", directivePrefix, recv, t.names.Constructor, typeParams, text(t.decl.Type.Params), stream)
	fmt.Fprintf(b, "type %s%s struct { %s.Stream }\n", t.names.Future, g.declared(), rt)
	fmt.Fprintf(b, "func (*%s) Next() *%s { for {} }\n", stream, next)
	fmt.Fprintf(b, "func (*%s) Stop() *%s { for {} }\n", stream, stop)
	fmt.Fprintf(b, "func (*%s) Cancel() { for {} }\n", stream)
	for _, f := range []struct{ name, typ, value, results string }{
		{base + "Next", next, elem, "(" + strings.Join(results, ", ") + ") "},
		{base + "Stop", stop, "struct{}", ""},
	} {
		fmt.Fprintf(b, "type %s%s struct { %s.Stream }\n", f.name, g.declared(), rt)
		fmt.Fprintf(b, "func (*%s) Poll(*%s.Context) %s.Poll[%s] { for {} }\n", f.typ, rt, rt, f.value)
		fmt.Fprintf(b, "func (*%s) Await() %s{ for {} }\n", f.typ, f.results)
		fmt.Fprintf(b, "func (*%s) Cancel() { for {} }\n", f.typ)
	}
	return g.imports
}

// setGenerator makes fn, so far a function like any other, the machine of its literal.
func (b *bodies) setGenerator(fn *Func, stream bool) {
	list := fn.Decl.Body.List
	g := &Gen{Lit: returnedLiteral(fn.Decl.Body), Stream: stream, Prelude: list[:len(list)-1]}
	sig := b.info.TypeOf(g.Lit).(*types.Signature)
	yield := sig.Params().At(0)
	if named := yield.Name(); named != "" && named != "_" {
		g.Yield = yield
	}
	for v := range yield.Type().(*types.Signature).Params().Variables() {
		g.Values = append(g.Values, v.Type())
	}
	for _, s := range g.Prelude {
		if d, ok := s.(*ast.DeclStmt); ok && d.Decl.(*ast.GenDecl).Tok == token.CONST {
			g.Consts = append(g.Consts, d.Decl.(*ast.GenDecl))
		}
	}
	fn.Gen, fn.Body = g, g.Lit.Body
	fn.Sig = types.NewSignatureType(fn.Sig.Recv(), nil, nil, fn.Sig.Params(), nil, fn.Sig.Variadic())
}

// isYield reports whether a call is one of the generator's own yield.
func (b *bodies) isYield(call *ast.CallExpr) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	return ok && b.yield != nil && b.info.Uses[id] == b.yield
}

// inGenerator reports whether a generator itself performs the awaits of fn.
func (fn *Func) inGenerator() bool {
	for fn.Kind == OnTheSpot || fn.Kind == Deferred {
		fn = fn.Parent
	}
	return fn.Gen != nil && !fn.Gen.Stream
}

// yieldCall looks at a call of yield, which suspends where it is evaluated: only a call by the
// generator itself can do so in a machine.
func (b *bodies) yieldCall(fn *Func, call *ast.CallExpr) {
	b.yields[ast.Unparen(call.Fun).(*ast.Ident)] = true
	switch {
	case b.calls[call] == token.DEFER:
		b.coroutine(fn.root(), call.Pos(), "yield is the operand of a defer statement", "yield before the function returns")
	case b.calls[call] == token.GO:
		b.coroutine(fn.root(), call.Pos(), "yield is the operand of a go statement", "send to a channel that the stream receives from")
	case fn.Gen == nil:
		b.coroutine(fn.root(), call.Pos(), yieldInLiteral, unfoldLiteral)
	default:
		fn.Awaits[call] = &Await{Call: call, Yield: true, Results: []types.Type{b.info.TypeOf(call)}}
	}
}

// generator checks what is particular to a generator's body and finds the variables that
// the machine begins with. All calls of yield have been looked at.
func (b *bodies) generator(fn *Func) {
	g := fn.Gen
	b.resultNames(fn)
	for _, s := range g.Prelude {
		b.prelude(s)
	}
	b.preludeRecovers(fn)
	var lits []*ast.FuncLit
	seen := make(map[*types.Var]bool)
	ast.Inspect(g.Lit.Body, func(n ast.Node) bool {
		for len(lits) > 0 && n != nil && n.Pos() >= lits[len(lits)-1].End() {
			lits = lits[:len(lits)-1]
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			lits = append(lits, n)
		case *ast.CallExpr:
			if b.isYield(n) && len(lits) > 0 {
				if id := ast.Unparen(n.Fun).(*ast.Ident); !b.yields[id] {
					b.yields[id] = true
					b.coroutine(fn, n.Pos(), yieldInLiteral, unfoldLiteral)
				}
			}
		case *ast.Ident:
			b.generatorUses(fn, n, b.info.Uses[n], seen)
		}
		return true
	})
	if g.Coroutine != nil {
		fn.leaveBody()
	}
}

// generatorUses looks at what an identifier in the literal of a generator refers to.
func (b *bodies) generatorUses(fn *Func, id *ast.Ident, obj types.Object, seen map[*types.Var]bool) {
	g := fn.Gen
	if g.Yield != nil && obj == g.Yield && !b.yields[id] {
		b.coroutine(fn, id.Pos(), "yield is used as a value", "to pass on the elements of an iterator, write for v := range seq { if !yield(v) { return } }")
	}
	if !g.inPrelude(obj) || obj.Pkg() != b.pkg.Types {
		return
	}
	local := typeset.WrittenWith(obj.Type(), func(n *types.TypeName) bool { return g.inPrelude(n) })
	switch obj := obj.(type) {
	case *types.TypeName:
		b.coroutine(fn, id.Pos(), "the literal uses type "+obj.Name()+", which is declared before the return statement", "move the declaration to package level or into the literal")
	case *types.Const:
		if local {
			b.preludeType(fn, id)
		}
	case *types.Var:
		if obj.IsField() {
			return
		}
		if local {
			b.preludeType(fn, id)
		}
		if !seen[obj] {
			seen[obj] = true
			g.Inits = append(g.Inits, obj)
		}
	}
}

// preludeType notes the use of a variable or constant whose type the constructor and the machine
// could not both name.
func (b *bodies) preludeType(fn *Func, id *ast.Ident) {
	b.coroutine(fn, id.Pos(), "the literal uses "+id.Name+", whose type is declared before the return statement", "move the declaration of the type to package level")
}

// inPrelude reports whether obj is declared before the return statement.
func (g *Gen) inPrelude(obj types.Object) bool {
	return len(g.Prelude) > 0 && obj != nil && g.Prelude[0].Pos() <= obj.Pos() && obj.Pos() < g.Lit.Pos()
}

// resultNames notes the use of a named result, which could change the iterator after the
// return statement.
func (b *bodies) resultNames(fn *Func) {
	for r := range fn.Obj.Signature().Results().Variables() {
		ast.Inspect(fn.Decl.Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && b.info.Uses[id] == r {
				b.coroutine(fn, id.Pos(), "the function uses its result "+r.Name(), "leave the result without a name")
			}
			return true
		})
	}
}

// prelude reports awaits that would block the caller of the constructor.
func (b *bodies) prelude(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt:
			return false
		case *ast.CallExpr:
			if b.isAwait(n) {
				b.errorf(n.Pos(), "an await before the return statement of a generator would block its caller: move it into the literal, or into the caller and pass the result")
			}
		}
		return true
	})
}
