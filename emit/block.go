package emit

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"strconv"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// add writes code of the user, or code that stands for it.
func (b *bodyWriter) add(c ...jen.Code) {
	b.beginLine()
	b.synth(c...)
}

// synth writes code that the user has not written, in front of or behind what add writes.
func (b *bodyWriter) synth(c ...jen.Code) { b.stmts = append(b.stmts, c...) }

// goTo writes a jump and notes that its target needs a label.
func (b *bodyWriter) goTo(to *lower.Block) *jen.Statement {
	b.used[to] = true
	return jen.Goto().Id(b.u.names.labels[to])
}

// writeBlock writes a block; next is the one behind it, which needs no jump. The result stands
// in braces if something is declared in it: no jump may cross a declaration.
func (b *bodyWriter) writeBlock(blk, next *lower.Block) []jen.Code {
	b.stmts, b.declares, b.runtimeName = nil, false, ""
	b.inline, b.aliases, b.named = map[*lower.Var]string{}, map[*lower.Var]string{}, map[string]bool{}
	switch a := blk.Await; {
	case a == nil:
	case a.Call.Yield:
		b.resume(a)
	default:
		b.await(a)
	}
	for _, it := range blk.Items {
		b.explain(it)
		b.lineOf(it)
		b.item(it)
		b.endLine()
	}
	b.term(blk.Term, next)
	b.endLine()
	if !b.declares {
		return b.stmts
	}
	return []jen.Code{jen.Block(b.stmts...)}
}

// await writes the poll of a future, the suspension, and what happens with the results.
//
//	if p := f.read.Poll(cx); p.Ready {
//		f.n, f.err = p.Value, p.Err
//	} else {
//		f.state = fetchAwaitRead
//		return rt.Pending[[]byte]()
//	}
func (b *bodyWriter) await(a *lower.Await) {
	u := b.u
	p := u.names.poll
	poll := jen.Id(p).Op(":=").Add(b.childOperand(a)).Dot("Poll").Call(jen.Id(u.names.cx))
	suspend := b.suspend(a.State)
	var dst []*lower.Var
	var src []jen.Code
	needsName, hasResult := false, false
	for i, v := range a.Result {
		if v == nil || v.Storage == lower.Unused {
			dst, src = append(dst, nil), append(src, jen.Id(b.resultText(a, i)))
			continue
		}
		if v.Kind == lower.Temp && local(v) {
			b.inline[v] = b.resultText(a, i)
			needsName = true
			continue
		}
		needsName = needsName || local(v) || v.CellLike() && a.Define
		hasResult = true
		dst, src = append(dst, v), append(src, jen.Id(b.resultText(a, i)))
	}
	switch {
	case needsName:
		b.declares = true
		b.add(poll, jen.If(jen.Op("!").Id(p).Dot("Ready")).Block(suspend...))
		if hasResult {
			b.set(dst, a.Define, jen.List(src...), true)
		}
	case hasResult:
		outer := b.stmts
		b.stmts = nil
		b.set(dst, a.Define, jen.List(src...), true)
		ready := b.stmts
		b.stmts = outer
		b.add(jen.If(poll, jen.Id(p).Dot("Ready")).Block(ready...).Else().Block(suspend...))
	default:
		b.add(jen.If(poll, jen.Op("!").Id(p).Dot("Ready")).Block(suspend...))
	}
}

// childOperand writes the future that is polled.
func (b *bodyWriter) childOperand(a *lower.Await) *jen.Statement {
	s := b.u.field(a.Child, 0)
	if a.Child.Storage != lower.Boxed {
		return s
	}
	if a.Child.Witness != nil {
		return b.unbox(a.Child, 0)
	}
	t := b.u.varType(a.Child)
	if a.ByValue() {
		t = jen.Op("*").Add(t)
	}
	return s.Assert(t)
}

// resultText is where the result i of an await is found in the poll.
func (b *bodyWriter) resultText(a *lower.Await, i int) string {
	p := b.u.names.poll
	switch {
	case a.Call.HasErr && i == len(a.Call.Results)-1:
		return p + ".Err"
	case a.Call.HasOK && i == len(a.Call.Results)-1:
		return "(" + p + ".Err == nil)"
	case len(a.Call.Fields) > 0:
		return p + ".Value." + a.Call.Fields[i]
	}
	return p + ".Value"
}

// suspend stores where to go on, lets go of what is not needed any more, and returns.
func (b *bodyWriter) suspend(st *lower.State) []jen.Code {
	u := b.u
	return append(b.standAt(st), jen.Return(u.rt(symPending).Types(u.valueType(u.m.Func)).Call()))
}

// standAt is suspend without the return.
func (b *bodyWriter) standAt(st *lower.State) []jen.Code {
	u := b.u
	out := []jen.Code{jen.Id(u.names.recv).Dot(u.names.state).Op("=").Id(u.pn.states[st])}
	for _, v := range st.Clear {
		var zero *jen.Statement
		switch {
		case v.Storage == lower.Cell:
			zero = u.nilOf(jen.Op("*").Add(u.varType(v)))
		case v.Storage == lower.Boxed:
			zero = u.nilOf(u.predeclaredType("any"))
		case v.Lit != nil:
			zero = u.varType(v).Values()
		case v.Runtime != "":
			zero = u.nilOf(u.varType(v))
		default:
			zero = u.zeroOf(v)
		}
		out = append(out, u.field(v, 0).Op("=").Add(zero))
	}
	return out
}

// item writes one item.
func (b *bodyWriter) item(it lower.Item) {
	u := b.u
	switch it := it.(type) {
	case *lower.Stmt:
		b.statement(it.Node)
	case *lower.Set:
		b.setItem(it)
	case *lower.Store:
		var dst, src []jen.Code
		for i, e := range it.Dst {
			b.capture(e)
			dst, src = append(dst, b.source(e)), append(src, b.expr(it.Src[i]))
		}
		b.add(jen.List(dst...).Op("=").List(src...))
	case *lower.New:
		switch it.Var.Storage {
		case lower.Cell, lower.Boxed:
			b.fresh(it.Var)
		case lower.Block1:
			if it.Var.Read || it.Var.Written {
				b.declares = true
				b.add(u.declareLocal(it.Var))
				b.mention([]*lower.Var{it.Var})
			}
		}
	case *lower.Renew:
		b.renew(it.Var)
	case *lower.Start:
		b.start(it.Await)
	case *lower.Yield:
		b.yield(it.Await)
	case *lower.Open:
		b.open(it)
	case *lower.Delegate:
		b.delegate(it)
	case *lower.Ask:
		b.ask(it)
	case *lower.BeginLoop:
		begin := "BeginLoop"
		if it.Stream {
			begin = "BeginStream"
		}
		b.add(b.defers().Dot(begin).Call(u.context(), b.iterator(it.Iter)))
	case *lower.EndLoop:
		b.endLoop(it)
	}
}

func (b *bodyWriter) defers() *jen.Statement {
	return jen.Id(b.u.names.recv).Dot(b.u.names.defers)
}

// setItem writes an assignment that lowering made.
func (b *bodyWriter) setItem(it *lower.Set) {
	if step, ok := it.Src.(lower.Binary); ok && step.Op == token.ADD && step.Y == (lower.Const{Text: "1"}) {
		b.add(b.place(it.Dst[0]).Op("++")) // counters only
		return
	}
	typed := true
	var src *jen.Statement
	switch x := it.Src.(type) {
	case lower.Source:
		if len(it.Dst) == 1 && it.Dst[0] != nil && b.isIn(it.Dst[0], x.X) {
			return
		}
		if lower.Defines(b.u.m, x.X, it.Dst) {
			b.captureParts(x.X)
			src = b.parts(x.X)
		} else {
			b.capture(x.X)
			src = b.source(x.X)
		}
		if tv := b.info().Types[x.X]; tv.Value != nil || isUntypedOperation(x.X) {
			typed = false
		}
	case lower.Const:
		src, typed = b.expr(x), false
	default:
		src = b.expr(x)
	}
	b.set(it.Dst, it.Define, src, typed)
}

// isUntypedOperation reports whether e could have another type by itself than it has where
// it stands: comparisons and shifts of constants.
func isUntypedOperation(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		return true
	case *ast.UnaryExpr:
		return e.Op != token.ARROW && e.Op != token.AND
	}
	return false
}

// renew gives a loop variable a new cell with the value of the old one.
func (b *bodyWriter) renew(v *lower.Var) {
	if v.Storage != lower.Cell && v.Storage != lower.Boxed {
		return
	}
	b.forget(v)
	name := b.copyName(v)
	b.declares = true
	b.add(jen.Id(name).Op(":=").Op("*").Add(b.pointer(v, 0)))
	if v.Witness != nil {
		b.add(b.unbox(v, 0).Op("=").Op("&").Id(name))
	}
	b.add(b.u.field(v, 0).Op("=").Op("&").Id(name))
}

// start writes the creation of the future that the next block polls.
func (b *bodyWriter) start(a *lower.Await) {
	u := b.u
	call := a.Call.Call
	if a.Call.Operand == nil {
		var args []jen.Code
		for _, e := range a.Call.Args() {
			b.capture(e)
			args = append(args, b.source(e))
		}
		if call.Ellipsis.IsValid() {
			args[len(args)-1] = jen.Add(args[len(args)-1]).Op("...")
		}
		b.add(jen.Id(u.names.recv).Dot(u.all[a.Lit].start).Call(args...))
		return
	}
	b.capture(a.Call.Operand)
	x := b.source(a.Call.Operand)
	switch {
	case a.Child.Witness != nil:
		if a.Call.Address {
			x = jen.Op("&").Add(x)
		}
		b.add(b.unbox(a.Child, 0).Op("=").Add(x))
		b.add(u.field(a.Child, 0).Op("=").Add(b.unbox(a.Child, 0)))
		return
	case a.Child.Storage == lower.Boxed && a.ByValue():
		// The constructor's own allocation is the box.
	case a.ByValue():
		x = jen.Op("*").Add(x)
	case a.Call.Address:
		x = jen.Op("&").Add(x)
	}
	b.add(u.field(a.Child, 0).Op("=").Add(x))
}

// expr writes an expression that lowering made or that the source has.
func (b *bodyWriter) expr(x lower.Expr) *jen.Statement {
	switch x := x.(type) {
	case lower.Source:
		b.capture(x.X)
		return b.source(x.X)
	case lower.Ref:
		return b.access(x.Var, 0)
	case lower.Const:
		return jen.Id(x.Text)
	case lower.Binary:
		return b.expr(x.X).Op(x.Op.String()).Add(b.operand(x.Y))
	case lower.Len:
		return b.lenOf(x.X)
	case lower.Index:
		return b.expr(x.X).Index(b.expr(x.I))
	case lower.Receive:
		return jen.Op("<-").Add(b.expr(x.X))
	case lower.Runtime:
		var args []jen.Code
		for _, a := range x.Args {
			args = append(args, b.expr(a))
		}
		return b.u.rt(x.Name).Call(args...)
	case lower.Iterator:
		yield := b.u.names.inner.pick("yield")
		return jen.Func().Params(jen.Id(yield).Add(b.u.typ(x.Yield))).Block(b.access(x.Var, 0).Call(jen.Id(yield)))
	case lower.Method:
		return b.access(x.Var, 0).Dot(x.Name).Call()
	}
	panic("emit: unknown expression")
}

// operand writes x so that it can stand behind a binary operator.
func (b *bodyWriter) operand(x lower.Expr) *jen.Statement {
	if s, ok := x.(lower.Source); ok {
		if _, binary := ast.Unparen(s.X).(*ast.BinaryExpr); binary && b.u.m.Temps[s.X] == nil {
			return jen.Parens(b.expr(x))
		}
		if lit, ok := s.X.(*ast.CompositeLit); ok && lit != nil {
			return jen.Parens(b.expr(x))
		}
	}
	return b.expr(x)
}

// where gives file and line of a position, for comments.
func (u *unit) where(pos token.Pos) string {
	p := u.pkg.Fset.Position(pos)
	return filepath.Base(p.Filename) + ":" + strconv.Itoa(p.Line)
}

// valueType writes T of Poll[T] for the results of fn.
func (u *unit) valueType(fn *parse.Func) *jen.Statement {
	if isStream(fn) {
		return u.elemType(fn)
	}
	values, _ := splitResults(fn.Sig)
	switch len(values) {
	case 0:
		return jen.Struct()
	case 1:
		return u.typ(values[0].Type())
	}
	return u.result()
}

// splitResults takes the trailing error off the results.
func splitResults(sig *types.Signature) (values []*types.Var, hasErr bool) {
	for r := range sig.Results().Variables() {
		values = append(values, r)
	}
	if n := len(values); n > 0 && types.Identical(values[n-1].Type(), types.Universe.Lookup("error").Type()) {
		return values[:n-1], true
	}
	return values, false
}
