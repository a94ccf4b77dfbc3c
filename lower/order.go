package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/asyncgen/asyncgen/internal/typeset"
	"github.com/asyncgen/asyncgen/parse"
)

// This file brings awaits to statement level, in the order of evaluation that the Go
// compiler has (cmd/compile/internal/walk/order.go): calls and what is like them happen
// in lexical order, plain loads after all calls of the statement. So what comes before an
// await in its statement is saved in a temporary only if it is call-like; the rest of the
// expression is evaluated as it is written, with the temporaries in place, after the
// last await.

// operands orders the expressions of a simple statement.
func (b *builder) operands(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.ExprStmt:
		if call, ok := ast.Unparen(s.X).(*ast.CallExpr); ok && b.fn.Awaits[call] != nil {
			b.await(call, nil, false) // and nothing is left of it
			b.m.Drop[s] = true
			return
		}
		b.expr(s.X, false)
	case *ast.SendStmt:
		b.exprs([]ast.Expr{s.Chan, s.Value}, false)
	case *ast.IncDecStmt:
		b.expr(s.X, false)
	case *ast.GoStmt:
		b.exprs(b.children(s.Call), false)
	case *ast.DeferStmt:
		b.exprs(b.children(s.Call), false)
	case *ast.AssignStmt:
		var list []ast.Expr
		if s.Tok != token.DEFINE {
			list = append(list, s.Lhs...)
		}
		b.exprs(append(list, s.Rhs...), false)
	case *ast.DeclStmt:
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			b.exprs(spec.(*ast.ValueSpec).Values, false)
		}
	}
}

// exprs orders expressions that are evaluated one after the other; follows says whether an
// await comes behind the last of them in the same statement.
func (b *builder) exprs(list []ast.Expr, follows bool) {
	last := len(list)
	if !follows {
		for last = len(list) - 1; last >= 0 && !b.awaits[list[last]]; last-- {
		}
	}
	for i, e := range list {
		b.expr(e, i < last)
	}
}

// expr performs the awaits in e and, if another await follows, saves what must not happen
// after that one.
func (b *builder) expr(e ast.Expr, follows bool) {
	if !b.awaits[e] && (!follows || b.isFixed(e)) {
		return
	}
	switch x := e.(type) {
	case *ast.ParenExpr:
		b.expr(x.X, follows)
		return
	case *ast.CallExpr:
		if b.fn.Awaits[x] != nil {
			b.m.Temps[x] = b.await(x, b.awaitTemps(x), true)
			return
		}
		if b.awaits[x] && b.isArrayLen(x) {
			b.expr(x.Args[0], false)
			b.save(x.Args[0])
			if follows {
				b.save(e)
			}
			return
		}
	case *ast.BinaryExpr:
		if x.Op == token.LAND || x.Op == token.LOR {
			b.shortCircuit(x, follows)
			return
		}
		if follows && isComparison(x) && b.isAggregate(x.X) && b.isAggregate(x.Y) {
			b.comparison(x)
			return
		}
	case *ast.SliceExpr:
		if b.awaits[x] {
			b.sliceBounds(x)
			if follows {
				b.save(e)
			}
			return
		}
	case *ast.CompositeLit:
		if b.awaits[x] && isMap(b.info.TypeOf(x)) {
			b.mapLiteral(x)
			if follows {
				b.save(e)
			}
			return
		}
	}
	early := b.isEarly(e)
	b.exprs(b.children(e), follows && !early)
	if follows && early {
		b.save(e)
	}
}

// isArrayLen reports whether call is the length of an array. Without a call in its operand, where a
// temporary stands for the await, it is a constant, and nobody would evaluate the operand, which
// may panic.
func (b *builder) isArrayLen(call *ast.CallExpr) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	builtin, ok := b.info.Uses[id].(*types.Builtin)
	return ok && (builtin.Name() == "len" || builtin.Name() == "cap") && isArray(b.coreType(call.Args[0]))
}

// isArray reports whether t is an array or a pointer to one.
func isArray(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem().Underlying()
	}
	_, ok := t.(*types.Array)
	return ok
}

// isFixed reports whether e is no value at all or a constant, which has no time.
func (b *builder) isFixed(e ast.Expr) bool {
	tv := b.info.Types[e]
	return tv.IsType() || tv.IsBuiltin() || tv.IsNil() || tv.Value != nil || tv.IsVoid()
}

// save evaluates e into a temporary.
func (b *builder) save(e ast.Expr) {
	if b.isFixed(e) || b.m.Temps[e] != nil {
		return
	}
	v := b.temp(Temp, b.info.TypeOf(e), e.Pos(), hint(e))
	b.add(&Set{[]*Var{v}, Source{e}, true})
	b.m.Temps[e] = []*Var{v}
}

// shortCircuit orders && and ||, which the compiler evaluates into a variable.
//
//	       t = X; t -> right | done       (for ||: t -> done | right)
//	right: t = Y
//	done:
func (b *builder) shortCircuit(x *ast.BinaryExpr, follows bool) {
	if !b.awaits[x.Y] {
		b.expr(x.X, false)
		if follows {
			b.save(x)
		}
		return
	}
	b.expr(x.X, false)
	t := b.temp(Temp, b.info.TypeOf(x), x.Pos(), "cond")
	b.add(&Set{[]*Var{t}, Source{x.X}, true})
	right, done := b.detached("cond.right", x.Y.Pos()), b.detached("cond.done", x.End())
	if x.Op == token.LAND {
		b.end(&If{Ref{t}, right, done})
	} else {
		b.end(&If{Ref{t}, done, right})
	}
	b.place(right)
	b.cur = right
	b.expr(x.Y, false)
	b.add(&Set{[]*Var{t}, Source{x.Y}, false})
	b.enterBlock(done)
	b.m.Temps[x] = []*Var{t}
}

// comparison orders a comparison of structs or arrays, in front of an await. Once both operands are
// evaluated, those that have no address are copied; the comparison itself is late.
func (b *builder) comparison(x *ast.BinaryExpr) {
	operands := []ast.Expr{x.X, x.Y}
	b.exprs(operands, true)
	for _, e := range operands {
		if !isAddressable(e, b.info) {
			b.save(e)
		}
	}
}

func isComparison(x *ast.BinaryExpr) bool { return x.Op == token.EQL || x.Op == token.NEQ }

// isAggregate reports whether e is a struct or an array, in all instances of the function.
func (b *builder) isAggregate(e ast.Expr) bool {
	t := b.info.TypeOf(e)
	if isDynamic(t, b.fn) {
		return false
	}
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

// sliceBounds orders a slice expression, of which the compiler copies each bound that is more
// than a name before it looks at the next one.
func (b *builder) sliceBounds(x *ast.SliceExpr) {
	parts := b.children(x)
	last := len(parts) - 1
	for ; last >= 0 && !b.awaits[parts[last]]; last-- {
	}
	for i, e := range parts {
		b.expr(e, i < last)
		if _, name := ast.Unparen(e).(*ast.Ident); i > 0 && i < last && !name {
			b.save(e)
		}
	}
}

// mapLiteral orders the entries of a map literal, which are evaluated and inserted one
// by one: what stands before an await is read before it, plain loads too.
func (b *builder) mapLiteral(x *ast.CompositeLit) {
	last := len(x.Elts) - 1
	for ; last >= 0 && !b.awaits[x.Elts[last]]; last-- {
	}
	for i, e := range x.Elts {
		kv := e.(*ast.KeyValueExpr)
		if i > last {
			break
		}
		parts := []ast.Expr{kv.Key, kv.Value}
		b.exprs(b.literalParts(parts), i < last)
		if i < last {
			for _, p := range parts {
				if _, elided := p.(*ast.CompositeLit); !elided {
					b.save(p)
				}
			}
		}
	}
}

// literalParts replaces composite literals, which may lack their type where they are
// nested, by what they consist of.
func (b *builder) literalParts(list []ast.Expr) []ast.Expr {
	var out []ast.Expr
	for _, e := range list {
		if lit, ok := e.(*ast.CompositeLit); ok && lit.Type == nil {
			out = append(out, b.literalParts(b.children(lit))...)
		} else {
			out = append(out, e)
		}
	}
	return out
}

// children lists the operands of e in the order in which they are evaluated.
func (b *builder) children(e ast.Expr) []ast.Expr {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return []ast.Expr{e.X}
	case *ast.SelectorExpr:
		if id, ok := e.X.(*ast.Ident); ok {
			if _, ok := b.info.Uses[id].(*types.PkgName); ok {
				return nil
			}
		}
		return []ast.Expr{e.X}
	case *ast.IndexExpr:
		return []ast.Expr{e.X, e.Index}
	case *ast.SliceExpr:
		var out []ast.Expr
		for _, x := range []ast.Expr{e.X, e.Low, e.High, e.Max} {
			if x != nil {
				out = append(out, x)
			}
		}
		return out
	case *ast.StarExpr:
		return []ast.Expr{e.X}
	case *ast.UnaryExpr:
		return []ast.Expr{e.X}
	case *ast.BinaryExpr:
		return []ast.Expr{e.X, e.Y}
	case *ast.TypeAssertExpr:
		return []ast.Expr{e.X}
	case *ast.KeyValueExpr:
		return []ast.Expr{e.Key, e.Value}
	case *ast.CallExpr:
		if _, ok := ast.Unparen(e.Fun).(*ast.FuncLit); ok {
			return e.Args
		}
		return append([]ast.Expr{e.Fun}, e.Args...)
	case *ast.CompositeLit:
		return b.elements(e)
	}
	return nil
}

// elements lists the operands of a composite literal; the names of fields and the indexes of
// arrays are not among them.
func (b *builder) elements(x *ast.CompositeLit) []ast.Expr {
	m := isMap(b.info.TypeOf(x))
	var out []ast.Expr
	for _, e := range x.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		switch {
		case !ok:
			out = append(out, e)
		case m:
			out = append(out, kv.Key, kv.Value)
		default:
			out = append(out, kv.Value)
		}
	}
	return out
}

func isMap(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := typeset.Core(t).(*types.Map)
	return ok
}

// isEarly reports whether the compiler evaluates e where it stands rather than with the
// loads of the statement. Measured with Go 1.26 for each kind of expression.
func (b *builder) isEarly(e ast.Expr) bool {
	if b.boxes[e] {
		return true
	}
	switch e := e.(type) {
	case *ast.CallExpr:
		tv := b.info.Types[e.Fun]
		if !tv.IsType() {
			return !b.isUnsafe(e.Fun)
		}
		// The conversion of a number that a call returns stays with the call: nothing but the
		// pointer keeps alive what it points to.
		if _, call := ast.Unparen(e.Args[0]).(*ast.CallExpr); call && typeset.Any(tv.Type, isUnsafePointer) && typeset.Any(b.info.TypeOf(e.Args[0]), isUintptr) {
			return true
		}
		// []byte(s) and []rune(s) allocate and copy; other conversions are loads. In a generic
		// function the same expression can be either: then it counts as what it is at worst.
		return typeset.Any(tv.Type, isSlice) && typeset.Any(b.info.TypeOf(e.Args[0]), isString)
	case *ast.UnaryExpr:
		return e.Op == token.ARROW
	case *ast.BinaryExpr:
		return e.Op == token.LAND || e.Op == token.LOR
	case *ast.SliceExpr:
		return true
	case *ast.TypeAssertExpr:
		return !isDynamic(b.info.TypeOf(e), b.fn) && !isPointerShaped(b.info.TypeOf(e))
	case *ast.CompositeLit:
		return e.Type != nil && isMap(b.info.TypeOf(e))
	}
	return false
}

// isUnsafe reports whether fun is a function of package unsafe: these are operations on words.
func (b *builder) isUnsafe(fun ast.Expr) bool {
	sel, ok := ast.Unparen(fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	_, ok = b.info.Uses[sel.Sel].(*types.Builtin)
	return ok
}

func isSlice(t types.Type) bool {
	_, ok := t.(*types.Slice)
	return ok
}

func isUnsafePointer(t types.Type) bool {
	basic, ok := t.(*types.Basic)
	return ok && basic.Kind() == types.UnsafePointer
}

func isUintptr(t types.Type) bool {
	basic, ok := t.(*types.Basic)
	return ok && basic.Kind() == types.Uintptr
}

func isString(t types.Type) bool {
	basic, ok := t.(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}

// isDynamic reports whether t depends on the type arguments of fn: a type assertion
// finds such a type in the dictionary of the instance, and is late whatever its shape.
func isDynamic(t types.Type, fn *parse.Func) bool {
	return typeset.Mentions(t) || fn.TypeParams.Len() > 0 && isLocalType(t, fn)
}

// isPointerShaped reports whether an interface holds a value of type t directly.
func isPointerShaped(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Pointer, *types.Chan, *types.Map, *types.Signature:
		return true
	case *types.Basic:
		return t.Kind() == types.UnsafePointer
	case *types.Struct:
		return t.NumFields() == 1 && isPointerShaped(t.Field(0).Type())
	case *types.Array:
		return t.Len() == 1 && isPointerShaped(t.Elem())
	}
	return false
}
