package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A lock identifies a lock by how it is reached: a variable, and fields from there on.
type lock struct {
	root types.Object
	path string // such as .mu; ends in a space for a lock that is taken for reading
	// self is the variable or field that is the lock, or has it, whatever it is reached from.
	self types.Object
}

// A holder says how a lock is held.
type holder struct {
	pos token.Pos // where it was taken
	// deferred says that a deferred call gives it back: what is deferred afterwards runs
	// while it is still held.
	deferred bool
}

// step takes and gives back the locks that a call takes and gives back.
func (l *locks) step(call *ast.CallExpr, held map[lock]holder) {
	key, op := l.c.operation(call)
	_, known := held[key]
	if op == "Unlock" && !known && l.use != nil {
		l.use.gives[key.self] = true
	}
	for _, key := range l.released(call, held) {
		delete(held, key)
	}
	if op == "Lock" {
		held[key] = holder{pos: call.Pos()}
	}
	if f := l.c.byObj[l.c.callee(call)]; f != nil {
		for key := range l.of(f).takes {
			if key, ok := l.c.lockOf(call, f, key); ok {
				held[key] = holder{pos: call.Pos()}
			}
		}
	}
}

// released lists the locks among those held that a call gives back, or may give back.
func (l *locks) released(call *ast.CallExpr, held map[lock]holder) (list []lock) {
	if key, op := l.c.operation(call); op != "" {
		if _, ok := held[key]; ok && op == "Unlock" {
			list = append(list, key)
		}
		return list
	}
	for key, h := range held {
		if l.mayRelease(call, key, h) {
			list = append(list, key)
		}
	}
	return list
}

// mayRelease reports whether a call that is none of Unlock may give back a lock: a function
// of this package does so, or the lock is handed to one of another, or it is a function
// value of which nothing is known. Who has deferred Unlock means none of the last two to do it.
func (l *locks) mayRelease(call *ast.CallExpr, key lock, h holder) bool {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return l.c.unlocks(lit.Body)[key.self]
	}
	f := l.c.constructed(call)
	if f == nil {
		f = l.c.byObj[l.c.callee(call)]
	}
	arg := slices.IndexFunc(call.Args, func(arg ast.Expr) bool {
		root, path, ok := l.c.lockPath(arg)
		return ok && root == key.root && path == strings.TrimSpace(key.path)
	})
	if f != nil {
		gives, params := l.of(f).gives, f.obj.Signature().Params()
		return gives[key.self] || arg >= 0 && arg < params.Len() && gives[params.At(arg)]
	}
	if fun := l.c.info.Types[call.Fun]; h.deferred || fun.IsBuiltin() || fun.IsType() {
		return false
	}
	return arg >= 0 || l.c.callee(call) == nil && len(call.Args) == 0
}

// A lockUse is what a function does with locks.
type lockUse struct {
	takes map[lock]bool         // those it leaves locked, in its own terms
	gives map[types.Object]bool // those it unlocks without having locked them: self of a lock
}

// of gives what a function of the package does with locks, from the paths through it.
func (l *locks) of(f *function) *lockUse {
	if u := l.uses[f]; u != nil {
		return u
	}
	u := &lockUse{make(map[lock]bool), make(map[types.Object]bool)}
	l.uses[f] = u
	inner := &locks{pass: l.pass, c: l.c, f: f, uses: l.uses, use: u}
	inner.follow(f.decl)
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && !f.roles.Closure(lit) {
			for self := range l.c.unlocks(lit.Body) {
				u.gives[self] = true
			}
		}
		return true
	})
	return u
}

// leave notes, while the use of a function is found out, what a return leaves locked. A
// function that returns something may well return what unlocks it.
func (l *locks) leave(held map[lock]holder) {
	if l.use == nil || l.f.obj.Signature().Results().Len() > 0 {
		return
	}
	for key, h := range held {
		if !h.deferred {
			l.use.takes[key] = true
		}
	}
}

// unlocks lists the locks that a body unlocks, in literals too. A method value of Unlock is
// as good as a call: whoever has it will call it.
func (c *code) unlocks(body *ast.BlockStmt) map[types.Object]bool {
	list := make(map[types.Object]bool)
	ast.Inspect(body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if key, op := c.method(sel); op == "Unlock" {
				list[key.self] = true
			}
		}
		return true
	})
	return list
}

// lockOf translates a lock from the terms of f, the function that is called, to those of
// the caller: one that is reached from the receiver of f, or from a variable of the package.
func (c *code) lockOf(call *ast.CallExpr, f *function, key lock) (lock, bool) {
	if key.root != f.obj.Signature().Recv() {
		return key, key.root.Parent() == c.pass.Pkg.Scope()
	}
	sel, ok := ast.Unparen(funOf(call)).(*ast.SelectorExpr)
	if !ok || c.info.Selections[sel] == nil || c.info.Selections[sel].Kind() != types.MethodVal {
		return lock{}, false
	}
	root, path, ok := c.lockPath(sel.X)
	return lock{root, path + embedded(c.info.Selections[sel]) + key.path, key.self}, ok
}

// operation gives the lock that a call works on, and Lock, Unlock or TryLock; "" for any
// other call, and for locks that are reached through calls.
func (c *code) operation(call *ast.CallExpr) (key lock, op string) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return lock{}, ""
	}
	return c.method(sel)
}

// method is operation for what is called, or is a value.
func (c *code) method(sel *ast.SelectorExpr) (key lock, op string) {
	s := c.info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return lock{}, ""
	}
	fn := s.Obj().(*types.Func)
	recv := receiver(fn)
	if recv == nil || recv.Pkg() == nil || recv.Pkg().Path() != "sync" || locking[recv.Name()] == "" {
		return lock{}, ""
	}
	op = fn.Name()
	read := ""
	if i := strings.Index(op, "RLock"); i >= 0 || op == "RUnlock" {
		read = " "
		op = strings.Replace(strings.Replace(op, "RLock", "Lock", 1), "RUnlock", "Unlock", 1)
	}
	if op != "Lock" && op != "Unlock" && op != "TryLock" {
		return lock{}, ""
	}
	root, path, ok := c.lockPath(sel.X)
	if !ok {
		return lock{}, ""
	}
	return lock{root, path + embedded(s) + read, c.self(sel.X, s)}, op
}

// self gives the variable or field that a method of a lock is selected from; of an embedded
// lock the field that it is.
func (c *code) self(x ast.Expr, s *types.Selection) (obj types.Object) {
	typ := s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		if p, ok := typ.Underlying().(*types.Pointer); ok {
			typ = p.Elem()
		}
		st, ok := typ.Underlying().(*types.Struct)
		if !ok {
			return nil
		}
		obj, typ = st.Field(i).Origin(), st.Field(i).Type()
	}
	if obj != nil {
		return obj
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return c.info.ObjectOf(x)
	case *ast.SelectorExpr:
		if v, ok := c.info.ObjectOf(x.Sel).(*types.Var); ok {
			return v.Origin()
		}
	case *ast.StarExpr:
		return c.self(x.X, s)
	case *ast.UnaryExpr:
		return c.self(x.X, s)
	case *ast.IndexExpr:
		return c.self(x.X, s)
	}
	return nil
}

// lockPath says how an operand is reached.
func (c *code) lockPath(e ast.Expr) (root types.Object, path string, ok bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		root := c.info.ObjectOf(e)
		return root, "", root != nil
	case *ast.StarExpr:
		return c.lockPath(e.X)
	case *ast.SelectorExpr:
		s := c.info.Selections[e]
		if s == nil {
			root := c.info.ObjectOf(e.Sel)
			return root, "", root != nil
		}
		root, path, ok := c.lockPath(e.X)
		return root, path + embedded(s) + "." + e.Sel.Name, ok
	case *ast.IndexExpr:
		root, path, ok := c.lockPath(e.X)
		return root, path + "[" + types.ExprString(e.Index) + "]", ok
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return c.lockPath(e.X)
		}
	}
	return nil, "", false
}

// embedded names the embedded fields that a selector goes through without saying so.
func embedded(s *types.Selection) (path string) {
	typ := s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		if p, ok := typ.Underlying().(*types.Pointer); ok {
			typ = p.Elem()
		}
		st, ok := typ.Underlying().(*types.Struct)
		if !ok {
			break
		}
		path += "." + st.Field(i).Name()
		typ = st.Field(i).Type()
	}
	return path
}
