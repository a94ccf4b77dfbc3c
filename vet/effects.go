package vet

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A place is a variable, or a part of one that is reached by fields and elements.
type place struct {
	root  *types.Var
	steps []step
}

// A step leads from a variable to a part of it, or to what it refers to.
type step struct {
	field *types.Var // nil for an element or for what a pointer points to
	ref   bool       // it goes through a pointer, a slice or a map
}

// placeOf gives the place that an expression denotes. It reports false for one that is no
// variable, or is reached through a call.
func (c *code) placeOf(e ast.Expr) (p place, ok bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, isVar := c.info.ObjectOf(e).(*types.Var)
		return place{root: v}, isVar && !v.IsField() && v.Name() != "_"
	case *ast.SelectorExpr:
		s := c.info.Selections[e]
		if s == nil {
			v, isVar := c.info.Uses[e.Sel].(*types.Var)
			return place{root: v}, isVar
		}
		if s.Kind() != types.FieldVal {
			return place{}, false
		}
		p, ok = c.placeOf(e.X)
		return p.fields(s), ok
	case *ast.StarExpr:
		p, ok = c.placeOf(e.X)
		return p.to(step{ref: true}), ok
	case *ast.IndexExpr:
		typ := c.info.TypeOf(e.X)
		if typ == nil {
			return place{}, false
		}
		p, ok = c.placeOf(e.X)
		_, array := typ.Underlying().(*types.Array)
		return p.to(step{ref: !array}), ok
	}
	return place{}, false
}

// to gives a part of a place. The list of steps is never shared.
func (p place) to(s step) place {
	p.steps = append(p.steps[:len(p.steps):len(p.steps)], s)
	return p
}

// fields follows a field selector, through embedded fields as well.
func (p place) fields(s *types.Selection) place {
	typ := s.Recv()
	for _, i := range s.Index() {
		ptr, indirect := typ.Underlying().(*types.Pointer)
		if indirect {
			typ = ptr.Elem()
		}
		st, ok := typ.Underlying().(*types.Struct)
		if !ok {
			break
		}
		p = p.to(step{st.Field(i).Origin(), indirect})
		typ = st.Field(i).Type()
	}
	return p
}

// sees reports whether who reads p sees an assignment to q, if both have the same root: one
// is a part of the other. To read a pointer, slice or map does not read what it refers to.
func (p place) sees(q place) bool {
	for i, s := range q.steps {
		if i >= len(p.steps) {
			for _, rest := range q.steps[i:] {
				if rest.ref {
					return false
				}
			}
			return true
		}
		if s.field != p.steps[i].field {
			return false
		}
	}
	return true
}

// A change is one assignment to a variable that others can see: one that is declared
// outside of the function or literal that assigns, or what a parameter of it refers to.
type change struct {
	place place
	pos   token.Pos
}

// effects knows what functions change.
type effects struct {
	c     *code
	known map[*function][]change
}

func newEffects(c *code) *effects { return &effects{c, make(map[*function][]change)} }

// of lists what may change until the future is ready that a call makes: by the functions
// that run for it, by those of the twins that it is made from, and by literals among its
// operands.
func (e *effects) of(call *ast.CallExpr) []change {
	list := e.call(call)
	ast.Inspect(call, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			list = append(list, e.changes(n, n.Body)...)
			return false
		case *ast.CallExpr:
			if n != call && e.c.constructed(n) != nil {
				list = append(list, e.call(n)...)
			}
		}
		return true
	})
	return list
}

// call lists what a call changes, in the terms of the caller, if it is one of a function
// of the package or constructs the twin of one.
func (e *effects) call(call *ast.CallExpr) (list []change) {
	f := e.c.constructed(call)
	if f == nil {
		f = e.c.byObj[e.c.callee(call)]
	}
	if f == nil {
		return nil
	}
	for _, ch := range e.function(f) {
		if !within(ch.place.root, f.decl) {
			list = append(list, ch)
		} else if p, ok := e.bind(call, f, ch.place); ok {
			list = append(list, change{p, ch.pos})
		}
	}
	return list
}

// function lists what a declared function changes. One that calls itself changes no more
// through that, as far as this can tell.
func (e *effects) function(f *function) []change {
	list, ok := e.known[f]
	if !ok {
		e.known[f] = nil
		list = e.changes(f.decl, f.body)
		e.known[f] = list
	}
	return list
}

// within reports whether a variable is declared in a function or literal.
func within(v *types.Var, scope ast.Node) bool {
	return scope.Pos() <= v.Pos() && v.Pos() < scope.End()
}

// changes lists what the body of a function or literal changes, with the functions that it
// calls, and the literals in it: most of them run before it ends.
func (e *effects) changes(scope ast.Node, body *ast.BlockStmt) (list []change) {
	add := func(ch change) {
		root := ch.place.root
		if !within(root, scope) || root.Pos() < body.Pos() && ch.place.refers() {
			list = append(list, ch)
		}
	}
	assign := func(lhs ast.Expr) {
		if p, ok := e.c.placeOf(lhs); ok {
			add(change{p, lhs.Pos()})
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, lhs := range n.Lhs {
				assign(lhs)
			}
		case *ast.IncDecStmt:
			assign(n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				assign(n.Key)
				if n.Value != nil {
					assign(n.Value)
				}
			}
		case *ast.CallExpr:
			e.builtin(n, assign)
			for _, ch := range e.call(n) {
				add(ch)
			}
		}
		return true
	})
	return list
}

// bind translates a place that begins with a parameter of f into one of the caller.
func (e *effects) bind(call *ast.CallExpr, f *function, p place) (place, bool) {
	sig := f.obj.Signature()
	if p.root == sig.Recv() {
		sel, ok := ast.Unparen(funOf(call)).(*ast.SelectorExpr)
		if !ok {
			return place{}, false
		}
		s := e.c.info.Selections[sel]
		if s == nil || s.Kind() != types.MethodVal || len(s.Index()) > 1 {
			return place{}, false
		}
		return e.join(sel.X, addressed(e.c.info, sel), p)
	}
	for i := range min(sig.Params().Len(), len(call.Args)) {
		if p.root != sig.Params().At(i) || sig.Variadic() && i == sig.Params().Len()-1 {
			continue
		}
		arg := ast.Unparen(call.Args[i])
		if u, ok := arg.(*ast.UnaryExpr); ok && u.Op == token.AND {
			return e.join(u.X, true, p)
		}
		return e.join(arg, false, p)
	}
	return place{}, false
}

// join puts an operand in the place of the parameter that p begins with; address says that
// the parameter is the address of the operand.
func (e *effects) join(operand ast.Expr, address bool, p place) (place, bool) {
	base, ok := e.c.placeOf(operand)
	if !ok {
		return place{}, false
	}
	for i, s := range p.steps {
		if i == 0 && address {
			if s.field == nil {
				continue // *param is the operand itself
			}
			s.ref = false
		}
		base = base.to(s)
	}
	return base, true
}

// refers reports whether a place is reached through a pointer, a slice or a map.
func (p place) refers() bool {
	for _, s := range p.steps {
		if s.ref {
			return true
		}
	}
	return false
}

// builtin knows the builtin functions that change an operand.
func (e *effects) builtin(call *ast.CallExpr, assign func(ast.Expr)) {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return
	}
	if b, ok := e.c.info.Uses[id].(*types.Builtin); ok && (b.Name() == "delete" || b.Name() == "clear") {
		assign(&ast.IndexExpr{X: call.Args[0], Index: call.Args[0]})
	}
}
