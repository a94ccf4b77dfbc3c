package lower

import (
	"go/ast"
	"go/types"

	"github.com/asyncgen/asyncgen/internal/typeset"
	"github.com/asyncgen/asyncgen/parse"
)

// boxes finds the operands that become values of an interface type and that the compiler copies for
// that where they stand, instead of loading them after the calls of the statement: those that have no
// address, and whose type has no conversion of its own (cmd/compile/internal/walk, orderState.addrTemp
// and dataWordFuncName). In
//
//	show([2]int{1, n}, add(&n).Await())
//
// it is the old n that is shown, where it would be the new one in [2]int{1, n}[1]. Among them are
// the keys that are copied likewise, see copiedKey, and lookups that are, see borrowsKey.
func boxes(fn *parse.Func) map[ast.Expr]bool {
	info := fn.Pkg.Info
	out := map[ast.Expr]bool{}
	stored := map[ast.Expr]bool{} // left sides of assignments
	box := func(e ast.Expr, to types.Type) {
		if e = ast.Unparen(e); to != nil && isInterface(to) && copiedToBox(info.TypeOf(e), fn) && !isAddressable(e, info) {
			out[e] = true
		}
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.IndexExpr:
			if copiedKey(n, fn) {
				out[ast.Unparen(n.Index)] = true
			}
			if !stored[n] && borrowsKey(n, info) {
				out[n] = true
			}
		case *ast.BinaryExpr:
			if isComparison(n) {
				box(n.X, info.TypeOf(n.Y))
				box(n.Y, info.TypeOf(n.X))
			}
		case *ast.CallExpr:
			boxArgs(n, info, box)
		case *ast.CompositeLit:
			boxElements(n, info, box)
		case *ast.IncDecStmt:
			stored[ast.Unparen(n.X)] = true
		case *ast.AssignStmt:
			for i, e := range n.Lhs {
				stored[ast.Unparen(e)] = true
				if len(n.Lhs) == len(n.Rhs) {
					box(n.Rhs[i], info.TypeOf(e))
				}
			}
		case *ast.RangeStmt:
			stored[ast.Unparen(n.Key)], stored[ast.Unparen(n.Value)] = true, true
		case *ast.ValueSpec:
			for _, e := range n.Values {
				if n.Type != nil {
					box(e, info.TypeOf(n.Type))
				}
			}
		case *ast.ReturnStmt:
			for i, e := range n.Results {
				if r := fn.Sig.Results(); len(n.Results) == r.Len() {
					box(e, r.At(i).Type())
				}
			}
		}
		return true
	})
	return out
}

// boxArgs visits the arguments of a call, or the operand of a conversion.
func boxArgs(call *ast.CallExpr, info *types.Info, box func(ast.Expr, types.Type)) {
	if tv := info.Types[call.Fun]; tv.IsType() {
		box(call.Args[0], tv.Type)
		return
	}
	sig, ok := typeset.Core(info.TypeOf(call.Fun)).(*types.Signature)
	if !ok {
		return
	}
	for i, e := range call.Args {
		switch n := sig.Params().Len(); {
		case sig.Variadic() && i >= n-1 && !call.Ellipsis.IsValid():
			if s, ok := sig.Params().At(n - 1).Type().(*types.Slice); ok {
				box(e, s.Elem())
			}
		case i < n:
			box(e, sig.Params().At(i).Type())
		}
	}
}

// boxElements visits the elements of a composite literal.
func boxElements(lit *ast.CompositeLit, info *types.Info, box func(ast.Expr, types.Type)) {
	var elem func(i int, key ast.Expr) types.Type
	switch t := typeset.Core(info.TypeOf(lit)).(type) {
	case *types.Slice:
		elem = func(int, ast.Expr) types.Type { return t.Elem() }
	case *types.Array:
		elem = func(int, ast.Expr) types.Type { return t.Elem() }
	case *types.Struct:
		elem = func(i int, key ast.Expr) types.Type {
			if key != nil {
				return info.TypeOf(key)
			}
			return t.Field(i).Type()
		}
	default: // the entries of a map are evaluated one by one anyway
		return
	}
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			box(kv.Value, elem(i, kv.Key))
		} else {
			box(e, elem(i, nil))
		}
	}
}

// gcSizes are those of the compiler on the machines that most programs run on.
var gcSizes = types.SizesFor("gc", "amd64")

// copiedToBox reports whether a conversion of a t to an interface needs the address of the value:
// numbers of two, four and eight bytes, strings and slices are handed over by themselves. What t is
// in the instances of a generic function is not known.
func copiedToBox(t types.Type, fn *parse.Func) bool {
	if t == nil || isDynamic(t, fn) || isInterface(t) {
		return false
	}
	if _, several := t.(*types.Tuple); several {
		return false
	}
	if basic, ok := t.(*types.Basic); ok && basic.Info()&types.IsUntyped != 0 {
		t = types.Default(t)
		if basic.Kind() == types.UntypedNil {
			return false
		}
	}
	if size := gcSizes.Sizeof(t); (size == 2 || size == 4 || size == 8) && gcSizes.Alignof(t) == size && !hasPointer(t) {
		return false
	}
	sole := soleComponent(t)
	return !isString(sole) && !isSlice(sole)
}

// soleComponent looks through structs of one field and arrays of one element.
func soleComponent(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if u.NumFields() == 1 {
			return soleComponent(u.Field(0).Type())
		}
	case *types.Array:
		if u.Len() == 1 {
			return soleComponent(u.Elem())
		}
	}
	return t.Underlying()
}

func isInterface(t types.Type) bool {
	_, param := types.Unalias(t).(*types.TypeParam)
	return !param && types.IsInterface(t)
}

// isAddressable reports whether e is a variable or part of one. Literals of functions have no loads,
// and count as such.
func isAddressable(e ast.Expr, info *types.Info) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident, *ast.StarExpr, *ast.FuncLit:
		return true
	case *ast.SelectorExpr:
		sel := info.Selections[e]
		if sel == nil {
			return true
		}
		return sel.Kind() == types.FieldVal && (sel.Indirect() || isAddressable(e.X, info))
	case *ast.IndexExpr:
		switch t := typeset.Core(info.TypeOf(e.X)).(type) {
		case *types.Slice, *types.Pointer:
			return true
		case *types.Array:
			return isAddressable(e.X, info)
		case *types.Signature:
			return t != nil // an instance of a generic function
		}
	}
	return false
}
