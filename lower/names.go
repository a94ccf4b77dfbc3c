package lower

import (
	"go/types"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/internal/typeset"
	"github.com/asyncgen/asyncgen/parse"
)

// nameable reports the variables that a suspension keeps although nothing can say what
// their type is: it has no name in this package, and no [Witness].
func nameable(m *Machine, diags *diag.List) {
	for _, v := range m.Vars {
		if v.Slot == nil || !v.foreign || v.Witness != nil {
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
		i := slices.IndexFunc(v.types(), func(t types.Type) bool { return IsForeign(t, m.Func.Pkg) })
		diags.Add(v.Pos, "%s lives across an await, but its type %s cannot be named in package %s; end its use before the await, or keep it in a variable of an exported or interface type",
			name, types.TypeString(v.types()[i], types.RelativeTo(m.Func.Pkg.Types)), m.Func.Pkg.Name)
		if len(v.Keeps) > 0 {
			diags.Relate(v.Keeps[0].Block.Await.Call.Call.Pos(), "the await that %s lives across", name)
		}
	}
}

// IsForeign reports whether t cannot be written in pkg: a part of it has no name there.
func IsForeign(t types.Type, pkg *parse.Package) bool {
	return typeset.PartOf(t, func(t types.Type) bool {
		if a, ok := t.(*types.Alias); ok {
			return HasNoName(a.Obj(), pkg) && IsForeign(types.Unalias(t), pkg)
		}
		return hidden(t, pkg)
	})
}

// hidden reports whether t by itself cannot be written in pkg: it is a type of another
// package without a name here, or has members that only the other package can name.
func hidden(t types.Type, pkg *parse.Package) bool {
	switch t := t.(type) {
	case *types.Named:
		return HasNoName(t.Obj(), pkg)
	case *types.Struct:
		for f := range t.Fields() {
			if isUnexported(f, pkg) {
				return true
			}
		}
	case *types.Interface:
		for f := range t.ExplicitMethods() {
			if isUnexported(f, pkg) {
				return true
			}
		}
	}
	return false
}

// HasNoName reports whether the name of a type means nothing in pkg.
func HasNoName(n *types.TypeName, pkg *parse.Package) bool {
	if n.Pkg() == nil || n.Pkg().Path() == pkg.Types.Path() {
		return false
	}
	if !n.Exported() || n.Parent() != nil && n.Parent() != n.Pkg().Scope() {
		return true
	}
	// What is imported here can be, whatever its path says: the go command makes exceptions.
	return !importable(n.Pkg().Path(), pkg.Path) && !slices.ContainsFunc(pkg.Types.Imports(), func(p *types.Package) bool {
		return p.Path() == n.Pkg().Path()
	})
}

func isUnexported(member types.Object, pkg *parse.Package) bool {
	return !member.Exported() && member.Pkg() != nil && member.Pkg().Path() != pkg.Types.Path()
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
