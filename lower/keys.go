package lower

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/internal/typeset"
	"github.com/asyncgen/asyncgen/parse"
)

// The runtime looks most keys of maps up by their address. If a key has none, the compiler copies
// it where it stands, and so it does with a key of four or eight bytes that is no number or pointer
// by itself, since it goes through memory to become one (cmd/compile/internal/walk,
// orderState.mapKeyTemp). The map, and all other keys, are loaded after the calls of the
// statement. In
//
//	m[point{n, n}] + add(&n).Await()
//
// it is the old n that is looked up, where it would be the new one in m[n].

// copiedKey reports whether the key of an index expression is copied where it stands.
func copiedKey(x *ast.IndexExpr, fn *parse.Func) bool {
	info := fn.Pkg.Info
	m, ok := typeset.Core(info.TypeOf(x.X)).(*types.Map)
	if !ok || isDynamic(m, fn) {
		return false // what a type is in the instances of a generic function is not known
	}
	switch keyLookup(m) {
	case byNumber:
		basic, ok := m.Key().Underlying().(*types.Basic)
		return !ok || basic.Info()&types.IsInteger == 0
	case byPointer:
		return !isPointer(m.Key())
	case byString:
		return !isString(m.Key().Underlying())
	}
	return !types.Identical(m.Key(), info.TypeOf(x.Index)) || !isAddressable(x.Index, info)
}

// borrowsKey reports whether an index expression looks up a string that is converted from bytes, by
// itself or in a literal. The compiler does not copy these bytes, and so looks it up at once.
func borrowsKey(x *ast.IndexExpr, info *types.Info) bool {
	return isMap(info.TypeOf(x.X)) && convertsBytes(x.Index, info)
}

func convertsBytes(e ast.Expr, info *types.Info) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		tv := info.Types[e.Fun]
		if !tv.IsType() || !isString(tv.Type.Underlying()) {
			return false
		}
		s, ok := info.TypeOf(e.Args[0]).Underlying().(*types.Slice)
		return ok && isByte(s.Elem().Underlying())
	case *ast.CompositeLit:
		switch info.TypeOf(e).Underlying().(type) {
		case *types.Struct, *types.Array:
			return slices.ContainsFunc(e.Elts, func(x ast.Expr) bool {
				if kv, ok := x.(*ast.KeyValueExpr); ok {
					x = kv.Value
				}
				return convertsBytes(x, info)
			})
		}
	}
	return false
}

func isByte(t types.Type) bool {
	basic, ok := t.(*types.Basic)
	return ok && basic.Kind() == types.Uint8
}

// isPointer reports whether a value of type t is a pointer to the compiler, without anything around it.
func isPointer(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Pointer, *types.Chan:
		return true
	case *types.Basic:
		return t.Kind() == types.UnsafePointer
	}
	return false
}

// lookup is how the runtime is given a key.
type lookup int

const (
	byAddress lookup = iota
	byNumber         // the memory of the key is one of four or eight bytes
	byPointer
	byString
)

// maxFastElem is the size of elements above which keys are looked up by address whatever they are.
const maxFastElem = 128

// keyLookup decides as the compiler does (cmd/compile/internal/walk, mapfast).
func keyLookup(m *types.Map) lookup {
	if gcSizes.Sizeof(m.Elem()) > maxFastElem {
		return byAddress
	}
	sole := soleField(m.Key())
	if isString(sole) {
		return byString
	}
	switch size := gcSizes.Sizeof(m.Key()); {
	case size != 4 && size != 8 || !isMemory(m.Key()):
		return byAddress
	case isPointer(sole):
		return byPointer
	}
	return byNumber
}

// soleField is soleComponent as far as comparison goes: a blank field is not compared.
func soleField(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if u.NumFields() == 1 && u.Field(0).Name() != "_" {
			return soleField(u.Field(0).Type())
		}
	case *types.Array:
		if u.Len() == 1 {
			return soleField(u.Elem())
		}
	}
	return t.Underlying()
}

// isMemory reports whether values of type t are equal if their memory is.
func isMemory(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsInteger|types.IsBoolean) != 0 || u.Kind() == types.UnsafePointer
	case *types.Pointer, *types.Chan:
		return true
	case *types.Array:
		return u.Len() == 0 || isMemory(u.Elem())
	case *types.Struct:
		var size int64
		for f := range u.Fields() {
			if f.Name() == "_" || !isMemory(f.Type()) {
				return false
			}
			size += gcSizes.Sizeof(f.Type())
		}
		return size == gcSizes.Sizeof(t) // no padding
	}
	return false
}
