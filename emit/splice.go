package emit

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// This file copies text of the source into the generated file. A node is written as it
// stands, with edits: variables of the frame, temporaries, names of other packages, and
// the few statements that mean something else inside of Poll.

// source is the text of n with its edits.
func (b *bodyWriter) source(n ast.Node) *jen.Statement {
	if e, ok := n.(ast.Expr); ok {
		if t := b.u.m.Temps[e]; t != nil {
			return b.temps(t)
		}
	}
	return b.parts(n)
}

// parts is source for a node that stands for itself even if temporaries stand for it
// elsewhere.
func (b *bodyWriter) parts(n ast.Node) *jen.Statement {
	s := &splicer{b: b, at: n.Pos(), out: &jen.Statement{}}
	s.walk(n, true)
	s.copyTo(n.End())
	return s.out
}

// A splicer is one copy in progress: everything before at has been written.
type splicer struct {
	b   *bodyWriter
	at  token.Pos
	out *jen.Statement
	// goes is the call of the go statement that is being copied: it runs on another goroutine.
	goes    *ast.CallExpr
	operand bool // an operand of a constant operation is being copied
}

// copyTo writes the source up to pos as it is.
func (s *splicer) copyTo(pos token.Pos) {
	f := s.b.u.src
	if text := f.Source[f.Offset(s.at):f.Offset(pos)]; len(text) > 0 {
		s.out.Id(string(text))
	}
	s.at = pos
}

// replace writes code instead of the source of n.
func (s *splicer) replace(n ast.Node, code jen.Code) {
	s.copyTo(n.Pos())
	if code != nil {
		s.out.Add(code)
	}
	s.at = n.End()
}

func (s *splicer) walk(root ast.Node, isRoot bool) {
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			return false
		}
		return !s.edit(n, isRoot && n == root)
	})
}

// edit replaces n if it is to be replaced as a whole.
func (s *splicer) edit(n ast.Node, isRoot bool) bool {
	b := s.b
	if e, ok := n.(ast.Expr); ok && !isRoot {
		if t := b.u.m.Temps[e]; t != nil {
			s.replace(n, b.temps(t))
			return true
		}
	}
	if c := b.u.m.Closure(n); c != nil {
		s.replace(n, b.closurePart(c, n))
		return true
	}
	switch n := n.(type) {
	case ast.Expr:
		if s.editExpr(n, isRoot) {
			return true
		}
	case ast.Stmt:
		if s.editStmt(n) {
			return true
		}
	}
	if t, ok := n.(*ast.StructType); ok && !isRoot && !b.asWritten {
		if name := b.u.structAlias(t, nil); name != "" {
			s.replace(n, jen.Id(name))
			return true
		}
	}
	if t, ok := n.(*ast.TypeSpec); ok && !isRoot {
		if code := b.sharedAlias(t); code != nil {
			s.replace(n, code)
			return true
		}
	}
	if st, ok := n.(ast.Stmt); ok && !isRoot && b.u.m.Drop[st] {
		s.copyTo(st.Pos())
		s.at = b.afterSemicolon(st.End())
		return true
	}
	if e, ok := n.(ast.Expr); ok {
		if code := s.constant(e); code != nil {
			s.replace(n, code)
			return true
		}
	}
	return false
}

// editExpr is edit for the kinds of expressions.
func (s *splicer) editExpr(e ast.Expr, isRoot bool) bool {
	switch e := e.(type) {
	case *ast.CallExpr:
		return s.call(e, isRoot)
	case *ast.FuncLit:
		s.b.inLiteral++
		s.walk(e.Type, false)
		s.walk(e.Body, false)
		s.b.inLiteral--
		return true
	case *ast.Ident:
		s.ident(e)
		return true
	case *ast.SelectorExpr:
		s.selector(e)
		return true
	case *ast.KeyValueExpr:
		return s.fieldKey(e)
	case *ast.CompositeLit:
		return s.bareLiteral(e)
	case *ast.BinaryExpr:
		return s.mixedOperation(e)
	case *ast.UnaryExpr:
		if p := s.b.addressOf(e); p != nil {
			s.replace(e, p)
			return true
		}
	}
	return false
}

// editStmt is edit for the kinds of statements.
func (s *splicer) editStmt(st ast.Stmt) bool {
	b := s.b
	switch st := st.(type) {
	case *ast.GoStmt:
		s.goes = st.Call
	case *ast.ForStmt:
		return s.withoutInit(st)
	case *ast.ReturnStmt:
		if b.inLiteral == 0 {
			s.replace(st, b.returns(st, b.u.m.Jumps[st]))
			return true
		}
	case *ast.BranchStmt:
		if to := b.u.m.Jumps[st]; to != nil {
			s.replace(st, join(append(b.writeBack(), b.goTo(to))))
		}
		return true
	case *ast.DeferStmt:
		if b.inLiteral == 0 && !b.asWritten {
			s.replace(st, b.deferred(st))
			return true
		}
	}
	return false
}

// call replaces a call that means something else in a machine.
func (s *splicer) call(n *ast.CallExpr, isRoot bool) bool {
	b := s.b
	if v := b.u.m.Part(n); v != nil && !isRoot {
		s.replace(n, b.u.rt(symKeep).Call(jen.Op("&").Add(b.u.field(v, 0)), b.parts(n)))
		return true
	}
	if b.inLiteral == 0 && recoversForOuter(b.u.m) && b.isRecover(n) {
		s.replace(n, b.recoverForOuter().Call())
		return true
	}
	return s.ambient(n) || s.inside(n)
}

// ident writes a name: that of a variable may be elsewhere.
func (s *splicer) ident(n *ast.Ident) {
	if name := s.b.replaced[n]; name != "" {
		s.replace(n, s.b.u.sibling(s.b.info().Uses[n], name))
	} else if code := s.b.ident(n); code != nil {
		s.replace(n, code)
	}
}

// selector writes what is selected of a package or a value.
func (s *splicer) selector(n *ast.SelectorExpr) {
	b := s.b
	if id, ok := n.X.(*ast.Ident); ok {
		if pkg, ok := b.info().Uses[id].(*types.PkgName); ok {
			s.replace(n, b.u.qual(pkg.Imported().Path(), pkg.Imported().Name(), cmp.Or(b.replaced[n.Sel], n.Sel.Name)))
			return
		}
	}
	s.walk(n.X, false)
	if name := b.replaced[n.Sel]; name != "" {
		s.replace(n.Sel, jen.Id(name))
	}
}

// fieldKey leaves the name of a field in a literal, which is no variable, as it is.
func (s *splicer) fieldKey(n *ast.KeyValueExpr) bool {
	if id, ok := n.Key.(*ast.Ident); ok {
		if v, ok := s.b.info().Uses[id].(*types.Var); ok && v.IsField() {
			s.walk(n.Value, false)
			return true
		}
	}
	return false
}

// withoutInit writes a for statement whose init statement has run already. The semicolon
// behind that stays.
func (s *splicer) withoutInit(n *ast.ForStmt) bool {
	if n.Init == nil || !s.b.u.m.Drop[n.Init] {
		return false
	}
	s.copyTo(n.Init.Pos())
	s.at = n.Init.End()
	if n.Cond != nil {
		s.walk(n.Cond, false)
	}
	if n.Post != nil {
		s.walk(n.Post, false)
	}
	s.walk(n.Body, false)
	return true
}

// afterSemicolon is the position behind the semicolon that ends an init statement.
func (b *bodyWriter) afterSemicolon(pos token.Pos) token.Pos {
	f := b.u.src
	off := f.Offset(pos)
	for i := off; i < len(f.Source); i++ {
		if f.Source[i] == ';' {
			return pos + token.Pos(i-off+1)
		}
	}
	return pos
}

// ident gives what stands for an identifier, or nil if it can stay.
func (b *bodyWriter) ident(id *ast.Ident) *jen.Statement {
	obj := b.info().ObjectOf(id)
	switch o := obj.(type) {
	case nil:
		return nil
	case *types.Var:
		if o.IsField() {
			return nil
		}
		if v, up := b.u.m.Lookup(o); v != nil && !b.asWritten {
			return b.access(v, up)
		}
	}
	if name := b.u.names.decls[obj]; name != "" && name != id.Name && !b.asWritten {
		return jen.Id(name)
	}
	if obj.Pkg() != nil && obj.Pkg() != b.u.pkg.Types && obj.Parent() == obj.Pkg().Scope() {
		return b.u.object(obj) // dot import
	}
	return nil
}

// addressOf gives the pointer to a cell for &x, or nil if e is something else.
func (b *bodyWriter) addressOf(e *ast.UnaryExpr) *jen.Statement {
	id, ok := ast.Unparen(e.X).(*ast.Ident)
	if !ok || e.Op != token.AND || b.asWritten {
		return nil
	}
	obj, _ := b.info().Uses[id].(*types.Var)
	v, up := b.u.m.Lookup(obj)
	if v == nil || v.Storage != lower.Cell && v.Storage != lower.Boxed {
		return nil
	}
	if name := b.aliases[v]; name != "" {
		return jen.Id(name)
	}
	return b.pointer(v, up)
}

// temps writes the temporaries that stand for an expression.
func (b *bodyWriter) temps(list []*lower.Var) *jen.Statement {
	s := &jen.Statement{}
	for i, v := range list {
		if i > 0 {
			s.Op(",")
		}
		s.Add(b.access(v, 0))
	}
	return s
}

// join puts statements behind each other, each on a line of its own.
func join(list []jen.Code) *jen.Statement {
	s := &jen.Statement{}
	for i, c := range list {
		if i > 0 {
			s.Line()
		}
		s.Add(c)
	}
	return s
}

func (b *bodyWriter) info() *types.Info { return b.u.pkg.Info }
