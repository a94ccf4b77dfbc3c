package parse

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

// A Loop is a range over a call of a generator that has a machine: its elements can be
// had one by one without a coroutine.
type Loop struct {
	Call *ast.CallExpr
	// Name is the identifier in Call that names the generator. With Constructor in its place
	// the call makes the machine.
	Name        *ast.Ident
	Constructor string
	Iter        types.Type  // what the constructor returns: a pointer to the machine
	Callee      *types.Func // the generator
	// Next and Stop are the awaits of the futures that a stream has methods for; nil for a
	// generator, which does not wait.
	Next, Stop *Await
}

// loop finds out whether a range statement is over a call of a generator.
func (b *bodies) loop(s *ast.RangeStmt) *Loop {
	call, ok := ast.Unparen(s.X).(*ast.CallExpr)
	if !ok {
		return nil
	}
	if _, ok := b.info.TypeOf(call).Underlying().(*types.Signature); !ok {
		return nil
	}
	fn := typeutil.StaticCallee(b.info, call)
	if fn == nil || fn.Pkg() == nil {
		return nil
	}
	l := &Loop{Call: call, Callee: fn.Origin()}
	var stream bool
	l.Constructor, stream = b.marks.generator(l.Callee)
	if l.Constructor == "" {
		return nil
	}
	l.Name, l.Iter = b.machineOf(call, l.Callee, l.Constructor)
	if l.Iter == nil {
		return nil
	}
	if stream {
		l.Next, l.Stop = b.awaitOf(l, "Next"), b.awaitOf(l, "Stop")
		if l.Next == nil || l.Stop == nil {
			return nil
		}
	}
	return l
}

// awaitOf makes the await of the future that a method of a stream returns.
func (b *bodies) awaitOf(l *Loop, method string) *Await {
	obj, _, _ := types.LookupFieldOrMethod(l.Iter, true, b.pkg.Types, method)
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Results().Len() != 1 {
		return nil
	}
	aw := &Await{Call: l.Call, Future: fn.Signature().Results().At(0).Type()}
	aw.Value, _ = pollOf(aw.Future, false)
	obj, _, _ = types.LookupFieldOrMethod(aw.Future, true, b.pkg.Types, "Await")
	if fn, ok = obj.(*types.Func); !ok || aw.Value == nil {
		return nil
	}
	for v := range fn.Signature().Results().Variables() {
		aw.Results = append(aw.Results, v.Type())
	}
	if !aw.setFields() {
		return nil
	}
	return aw
}

// machineOf finds the constructor that stands beside the generator fn, as it would be called
// in the place of fn: it gives the name to replace and the result. The result is nil if that
// call would not be one of the constructor.
func (b *bodies) machineOf(call *ast.CallExpr, fn *types.Func, constructor string) (*ast.Ident, types.Type) {
	var id *ast.Ident
	var targs []types.Type
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	case *ast.IndexExpr:
		id = usedIdent(fun.X)
	case *ast.IndexListExpr:
		id = usedIdent(fun.X)
	}
	if id == nil {
		return nil, nil
	}
	for t := range b.info.Instances[id].TypeArgs.Types() {
		targs = append(targs, t)
	}
	var want types.Object
	sel, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if recv := fn.Signature().Recv(); recv == nil {
		if b.hides(call, fn, constructor) {
			return nil, nil
		}
		want = fn.Pkg().Scope().Lookup(constructor)
	} else if s := b.info.Selections[sel]; s != nil {
		own, _, _ := types.LookupFieldOrMethod(recv.Type(), true, fn.Pkg(), constructor)
		want, _, _ = types.LookupFieldOrMethod(s.Recv(), true, b.pkg.Types, constructor)
		if f, ok := want.(*types.Func); !ok || own == nil || f.Origin() != own.(*types.Func).Origin() {
			return nil, nil
		}
	}
	f, ok := want.(*types.Func)
	if !ok {
		return nil, nil
	}
	sig := types.Type(f.Signature())
	if f.Signature().TypeParams().Len() > 0 {
		var err error
		if sig, err = types.Instantiate(nil, sig, targs, false); err != nil {
			return nil, nil
		}
	}
	results := sig.(*types.Signature).Results()
	if results.Len() != 1 {
		return nil, nil
	}
	return id, results.At(0).Type()
}

// hides reports whether something local has the name of the constructor of fn, which call
// would then mean in its place. In another package it cannot.
func (b *bodies) hides(call *ast.CallExpr, fn *types.Func, constructor string) bool {
	if fn.Pkg() != b.pkg.Types {
		return false
	}
	scope := b.pkg.Types.Scope().Innermost(call.Pos())
	if scope == nil {
		return true
	}
	_, obj := scope.LookupParent(constructor, call.Pos())
	return obj == nil || obj.Parent() != b.pkg.Types.Scope()
}

func usedIdent(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	}
	return nil
}
