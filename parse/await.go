package parse

import (
	"go/ast"
	"go/types"
)

// await recognises the two forms of an await by their types: a call x.Await(), where x
// or &x has a method Poll(*rt.Context) rt.Poll[T], and a call rt.Await(f). It returns nil
// for any other call. Results that no part of T fits are reported.
func (b *bodies) await(call *ast.CallExpr) *Await {
	if isRuntimeAwait(b.info, call) {
		return b.runtimeAwait(call)
	}
	sel, s := awaitSelection(b.info, call)
	if sel == nil {
		return nil
	}
	aw := &Await{Call: call, Operand: sel.X}
	aw.Value, aw.Address = pollOf(s.Recv(), b.info.Types[sel.X].Addressable())
	aw.Future = s.Recv()
	if aw.Address {
		aw.Future = types.NewPointer(s.Recv())
	}
	sig := s.Obj().(*types.Func).Signature()
	for v := range sig.Results().Variables() {
		aw.Results = append(aw.Results, v.Type())
	}
	b.setFresh(aw)
	if !aw.setFields() {
		b.errorf(call.Pos(), "cannot await %s: its Await has results %s, which do not fit its Poll of %s",
			b.typeString(aw.Future), b.typeString(sig.Results()), b.typeString(aw.Value))
	}
	return aw
}

// isAwait reports whether a call is an await, without a look at its results.
func (b *bodies) isAwait(call *ast.CallExpr) bool { return Awaited(b.info, call) != nil }

// awaitSelection gives the selector of a call of a future's method Await, or nil.
func awaitSelection(info *types.Info, call *ast.CallExpr) (*ast.SelectorExpr, *types.Selection) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Await" || len(call.Args) > 0 {
		return nil, nil
	}
	s := info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return nil, nil
	}
	if value, _ := pollOf(s.Recv(), info.Types[sel.X].Addressable()); value == nil {
		return nil, nil
	}
	return sel, s
}

// isRuntimeAwait reports whether a call is one of the function Await of the runtime,
// under whatever name it is imported.
func isRuntimeAwait(info *types.Info, call *ast.CallExpr) bool {
	fun := ast.Unparen(call.Fun)
	if ix, ok := fun.(*ast.IndexExpr); ok {
		fun = ast.Unparen(ix.X)
	}
	var id *ast.Ident
	switch fun := fun.(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return false
	}
	fn, ok := info.Uses[id].(*types.Func)
	return ok && fn.Name() == "Await" && fn.Signature().Recv() == nil &&
		fn.Pkg() != nil && fn.Pkg().Path() == RuntimePath && len(call.Args) == 1
}

// runtimeAwait fills in rt.Await(f). The future is polled as the type that f has by
// itself, where it is one: as an interface it would cost an allocation.
func (b *bodies) runtimeAwait(call *ast.CallExpr) *Await {
	aw := &Await{Call: call, Operand: call.Args[0]}
	aw.Future = b.info.TypeOf(call.Args[0])
	aw.Value, _ = pollOf(aw.Future, false)
	if aw.Value == nil {
		// Such as nil, which has no type of its own.
		sig := b.info.TypeOf(call.Fun).Underlying().(*types.Signature)
		aw.Future = sig.Params().At(0).Type()
		aw.Value, _ = pollOf(aw.Future, false)
	}
	results, ok := b.info.TypeOf(call).(*types.Tuple)
	if !ok || results.Len() != 2 || aw.Value == nil {
		return nil
	}
	aw.Results = []types.Type{results.At(0).Type(), results.At(1).Type()}
	aw.HasErr = true
	b.setFresh(aw)
	return aw
}

// setFresh finds out whether the operand makes the future that is awaited.
func (b *bodies) setFresh(aw *Await) {
	if aw.Address {
		return
	}
	aw.Fresh = b.marks.constructor(b.info, aw.Operand) != nil
	aw.Children = b.marks.children(b.info, aw.Operand)
}

// setFields maps the results of an await to the value and the error of its poll, and
// reports whether that is possible. A last result of type error is the error, unless the
// value has one: by itself, or in a field, as where a type parameter stands for error.
func (aw *Await) setFields() bool {
	rest := aw.Results
	n := len(rest)
	if n == 1 && types.Identical(rest[0], aw.Value) || n > 1 && aw.fieldsOf(rest) {
		return true
	}
	if n > 0 && isError(rest[n-1]) {
		aw.HasErr = true
		rest = rest[:n-1]
	}
	if n := len(rest); n > 0 && isStreamNext(aw.Future) {
		aw.HasOK = true
		rest = rest[:n-1]
	}
	switch len(rest) {
	case 0:
		return true
	case 1:
		return types.Identical(rest[0], aw.Value)
	}
	return aw.fieldsOf(rest)
}

// fieldsOf maps results to the fields of the value, and reports whether it is a struct of
// just these.
func (aw *Await) fieldsOf(results []types.Type) bool {
	st, ok := aw.Value.Underlying().(*types.Struct)
	if !ok || st.NumFields() != len(results) {
		return false
	}
	var names []string
	for i, r := range results {
		f := st.Field(i)
		if !f.Exported() || !types.Identical(f.Type(), r) {
			return false
		}
		names = append(names, f.Name())
	}
	aw.Fields = names
	return true
}

// pollOf gives the T of the method Poll(*rt.Context) rt.Poll[T] of a type, or nil if it
// has none. Of an addressable operand the methods of its address count too; address says
// that it takes one of those.
func pollOf(typ types.Type, addressable bool) (value types.Type, address bool) {
	if typ == nil {
		return nil, false
	}
	obj, _, _ := types.LookupFieldOrMethod(typ, false, nil, "Poll")
	if obj == nil && addressable {
		obj, _, _ = types.LookupFieldOrMethod(typ, true, nil, "Poll")
		address = true
	}
	fn, ok := obj.(*types.Func)
	if !ok {
		return nil, false
	}
	sig := fn.Signature()
	if sig.Params().Len() != 1 || sig.Results().Len() != 1 {
		return nil, false
	}
	if !isContext(sig.Params().At(0).Type()) {
		return nil, false
	}
	poll := runtimeType(sig.Results().At(0).Type(), "Poll")
	if poll == nil || poll.TypeArgs().Len() != 1 {
		return nil, false
	}
	return poll.TypeArgs().At(0), address
}

// isContext reports whether typ is *rt.Context.
func isContext(typ types.Type) bool {
	p, ok := types.Unalias(typ).(*types.Pointer)
	return ok && runtimeType(p.Elem(), "Context") != nil
}

// runtimeType gives typ as a named type if it is the runtime's type of the given name.
func runtimeType(typ types.Type, name string) *types.Named {
	n, ok := types.Unalias(typ).(*types.Named)
	if !ok || n.Obj().Name() != name || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != RuntimePath {
		return nil
	}
	return n
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// isStreamNext reports whether a future is that of a stream's Next: a pointer to a struct that
// begins with what all streams do. That of Stop is another one, but has no results.
func isStreamNext(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	st, ok := p.Elem().Underlying().(*types.Struct)
	return ok && st.NumFields() > 0 && st.Field(0).Embedded() && runtimeType(st.Field(0).Type(), "Stream") != nil
}
