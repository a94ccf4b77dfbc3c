package lower

import (
	"go/types"
	"strings"

	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/parse"
)

// nameable reports the variables that a suspension keeps although their type cannot be
// written in this package.
func nameable(m *Machine, diags *diag.List) {
	for _, v := range m.Vars {
		if v.Slot == nil {
			continue
		}
		for _, t := range append(v.TypeArgs, v.Type) {
			if !foreign(t, m.Func.Pkg) {
				continue
			}
			name := "a value"
			if v.Obj != nil {
				name = "variable " + v.Obj.Name()
			} else if v.Kind == Child {
				name = "the future"
			} else if v.Hint != "" {
				name = "the value of " + v.Hint
			}
			pos := v.Pos
			diags.Add(pos, "%s lives across an await, but its type %s cannot be named in package %s; end its use before the await, or keep it in a variable of an exported or interface type",
				name, types.TypeString(t, types.RelativeTo(m.Func.Pkg.Types)), m.Func.Pkg.Name)
			if len(v.Keeps) > 0 {
				diags.Relate(v.Keeps[0].Block.Await.Call.Call.Pos(), "the await that %s lives across", name)
			}
			break
		}
	}
}

// foreign reports whether t cannot be written in pkg: it mentions a type of another package
// that has no name here, or fields or methods that only the other package can name.
func foreign(t types.Type, pkg *parse.Package) bool {
	hidden := func(obj types.Object) bool {
		return !obj.Exported() && obj.Pkg() != nil && obj.Pkg().Path() != pkg.Types.Path()
	}
	return partOf(t, func(t types.Type) bool {
		var n *types.TypeName
		switch t := t.(type) {
		case *types.Alias:
			n = t.Obj()
		case *types.Named:
			n = t.Obj()
		case *types.Struct:
			for f := range t.Fields() {
				if hidden(f) {
					return true
				}
			}
			return false
		case *types.Interface:
			for f := range t.ExplicitMethods() {
				if hidden(f) {
					return true
				}
			}
			return false
		default:
			return false
		}
		if n.Pkg() == nil || n.Pkg().Path() == pkg.Types.Path() {
			return false
		}
		return hidden(n) || n.Parent() != nil && n.Parent() != n.Pkg().Scope() || !importable(n.Pkg().Path(), pkg.Path)
	})
}

// importable applies the rule for internal packages.
func importable(path, from string) bool {
	i := strings.LastIndex("/"+path+"/", "/internal/")
	if i < 0 {
		return true
	}
	root := strings.TrimSuffix(("/" + path)[:i], "/")
	root = strings.TrimPrefix(root, "/")
	return root == "" && !strings.Contains(strings.SplitN(from, "/", 2)[0], ".") ||
		root != "" && (from == root || strings.HasPrefix(from, root+"/"))
}

// within reports whether a type is declared inside fn or a function around it.
func within(fn *parse.Func, n *types.TypeName) bool {
	if n.Pkg() != fn.Pkg.Types || n.Parent() == fn.Pkg.Types.Scope() {
		return false
	}
	for ; fn != nil; fn = fn.Parent {
		if fn.Body.Pos() <= n.Pos() && n.Pos() < fn.Body.End() {
			return true
		}
	}
	return false
}
