package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Terminates reports whether control never reaches the end of s, by the rules of the
// language for terminating statements.
func Terminates(s ast.Stmt, info *types.Info) bool {
	switch s := s.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok == token.GOTO || s.Tok == token.FALLTHROUGH
	case *ast.ExprStmt:
		call, ok := ast.Unparen(s.X).(*ast.CallExpr)
		if !ok {
			return false
		}
		id, ok := ast.Unparen(call.Fun).(*ast.Ident)
		return ok && info.Uses[id] == types.Universe.Lookup("panic")
	case *ast.BlockStmt:
		return listTerminates(s.List, info)
	case *ast.IfStmt:
		return s.Else != nil && Terminates(s.Body, info) && Terminates(s.Else, info)
	case *ast.ForStmt:
		return s.Cond == nil && !breaksOut(s.Body, s, info, nil)
	case *ast.LabeledStmt:
		label, _ := info.Defs[s.Label].(*types.Label)
		return !breaksOut(s.Stmt, nil, info, label) && Terminates(s.Stmt, info)
	case *ast.SwitchStmt:
		return clausesTerminate(s.Body, s, info)
	case *ast.TypeSwitchStmt:
		return clausesTerminate(s.Body, s, info)
	case *ast.SelectStmt:
		for _, c := range s.Body.List {
			if !listTerminates(c.(*ast.CommClause).Body, info) {
				return false
			}
		}
		return !breaksOut(s.Body, s, info, nil)
	}
	return false
}

func listTerminates(list []ast.Stmt, info *types.Info) bool {
	for len(list) > 0 {
		last := list[len(list)-1]
		if _, empty := last.(*ast.EmptyStmt); !empty {
			return Terminates(last, info)
		}
		list = list[:len(list)-1]
	}
	return false
}

func clausesTerminate(body *ast.BlockStmt, s ast.Stmt, info *types.Info) bool {
	hasDefault := false
	for _, c := range body.List {
		cc := c.(*ast.CaseClause)
		hasDefault = hasDefault || cc.List == nil
		if !listTerminates(cc.Body, info) {
			return false
		}
	}
	return hasDefault && !breaksOut(body, s, info, nil)
}

// breaksOut reports whether a break inside n leaves the statement around it: one without a
// label that no inner statement catches, or one that names label.
func breaksOut(n ast.Node, around ast.Stmt, info *types.Info, label *types.Label) bool {
	found := false
	inspectFrame(n, func(c ast.Node) bool {
		switch c := c.(type) {
		case *ast.BranchStmt:
			if c.Tok == token.BREAK {
				if c.Label == nil {
					found = found || around != nil
				} else {
					found = found || info.Uses[c.Label] == label
				}
			}
		case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			if c != n && around != nil {
				return false // its own breaks; labels are LabeledStmt's question
			}
		}
		return !found
	})
	return found
}
