package emit

import "go/ast"

// Gofmt takes the parentheses off the condition of an if or for statement, a tag, and what is
// ranged over, unless there is a literal in them that would be taken for the beginning of the block:
//
//	if (a == pair{1, 2}) {
//
// It does not know that of literals of generic types, and what it makes of this is no Go:
//
//	if (a == pair[int]{1, 2}) {
//
// So these are converted to their type, which changes nothing but has parentheses that it leaves:
//
//	if a == pair[int](pair[int]{1, 2}) {

// addBareIn adds the literals in a function that need it.
func addBareIn(bare map[*ast.CompositeLit]bool, fn *ast.FuncDecl) {
	header := func(e ast.Expr) {
		if p, ok := e.(*ast.ParenExpr); ok {
			addBare(bare, ast.Unparen(p))
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			header(n.Cond)
		case *ast.ForStmt:
			header(n.Cond)
		case *ast.SwitchStmt:
			header(n.Tag)
		case *ast.RangeStmt:
			header(n.X)
		}
		return true
	})
}

// addBare adds those in e that are in no parentheses, brackets or braces.
func addBare(bare map[*ast.CompositeLit]bool, e ast.Node) {
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ParenExpr, *ast.FuncLit:
			return false
		case *ast.CallExpr:
			addBare(bare, n.Fun)
			return false
		case *ast.IndexExpr:
			addBare(bare, n.X)
			return false
		case *ast.SliceExpr:
			addBare(bare, n.X)
			return false
		case *ast.CompositeLit:
			switch n.Type.(type) {
			case *ast.IndexExpr, *ast.IndexListExpr:
				bare[n] = true
			}
			return false
		}
		return true
	})
}

// bareLiteral writes a literal as a conversion if it has to be one, and reports whether it did.
func (s *splicer) bareLiteral(lit *ast.CompositeLit) bool {
	if !s.b.u.bare[lit] {
		return false
	}
	s.walk(lit.Type, false)
	s.copyTo(lit.Type.End())
	s.out.Op("(")
	s.at = lit.Pos()
	s.walk(lit.Type, false)
	for _, e := range lit.Elts {
		s.walk(e, false)
	}
	s.copyTo(lit.End())
	s.out.Op(")")
	return true
}
