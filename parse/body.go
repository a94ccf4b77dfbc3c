package parse

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// bodies finds what the bodies of one package's annotated functions contain.
type bodies struct {
	u     *unit
	pkg   *Package
	info  *types.Info
	marks *marks

	twins map[*Func]*twin
	names map[string]bool // used for the machines of literals

	// Of the declaration that is being looked at:
	cur   *twin
	roles map[*ast.FuncLit]role
	calls map[*ast.CallExpr]token.Token // token.GO or token.DEFER for operands of these
	inLit map[*ast.FuncLit]bool
	// Of a generator: the parameter that it calls, and the references to that in calls.
	yield  *types.Var
	yields map[*ast.Ident]bool
}

// A role says when a function literal runs.
type role int

const (
	anytime   role = iota // the literal is a value: it may run whenever
	onTheSpot             // it is called where it stands
	deferred              // it is the operand of a defer statement
	closure               // it becomes a machine that runs when somebody polls it
)

func newBodies(u *unit, p *Package, m *marks) *bodies {
	return &bodies{
		u: u, pkg: p, info: p.Info, marks: m,
		twins: make(map[*Func]*twin),
		names: make(map[string]bool),
	}
}

// add makes the Func of one annotated declaration.
func (b *bodies) add(f *File, t *twin, decl *ast.FuncDecl) {
	obj := b.info.Defs[decl.Name].(*types.Func)
	fn := &Func{
		Pkg: b.pkg, File: f,
		Decl: decl, Obj: obj,
		Sig: obj.Signature(), TypeParams: typeParams(obj.Signature()), Body: decl.Body,
		Names:    t.names,
		Dyn:      t.dyn,
		Awaits:   make(map[*ast.CallExpr]*Await),
		InPoll:   make(map[*ast.CallExpr]string),
		InDefers: make(map[*ast.CallExpr]string),
		Loops:    make(map[*ast.RangeStmt]*Loop),
		Deferred: make(map[*ast.CallExpr]*Await),
		Vars:     make(map[*types.Var]*Var),
	}
	if t.verb != "func" {
		b.setGenerator(fn, t.verb == "stream")
	}
	f.Funcs = append(f.Funcs, fn)
	b.pkg.Funcs = append(b.pkg.Funcs, fn)
	b.twins[fn] = t
}

// typeParams gives the type parameters of a function or of a method's receiver.
func typeParams(sig *types.Signature) *types.TypeParamList {
	if sig.Recv() != nil {
		return sig.RecvTypeParams()
	}
	return sig.TypeParams()
}

// analyse looks into the bodies of all functions that were added. Those with errors are
// taken out afterwards.
func (b *bodies) analyse() {
	b.initialisers()
	for _, fn := range b.pkg.Funcs {
		b.cur = b.twins[fn]
		b.roles, b.calls = literalRoles(b.info, fn.Decl.Body)
		b.inLit = make(map[*ast.FuncLit]bool)
		b.covered(fn)
		b.signature(fn)
		b.yield, b.yields = nil, make(map[*ast.Ident]bool)
		if fn.Gen != nil {
			b.yield = fn.Gen.Yield
		}
		b.collect(fn, fn.Body)
		if fn.Gen != nil {
			b.generator(fn)
		}
		if fn.Gen == nil || fn.Gen.Coroutine == nil {
			findVars(fn, b.roles)
		}
	}
	bad := func(fn *Func) bool { return b.twins[fn].bad }
	b.pkg.Funcs = slices.DeleteFunc(b.pkg.Funcs, bad)
	for _, f := range b.pkg.Files {
		f.Funcs = slices.DeleteFunc(f.Funcs, bad)
	}
}

// errorf reports an error of the current function, which is then not compiled.
func (b *bodies) errorf(pos token.Pos, format string, args ...any) {
	b.u.l.diags.Add(pos, format, args...)
	if b.cur != nil {
		b.cur.bad = true
	}
}

func (b *bodies) typeString(t types.Type) string {
	return types.TypeString(t, types.RelativeTo(b.pkg.Types))
}

// signature checks that types agree with what the stubs took for an error result by its
// spelling.
func (b *bodies) signature(fn *Func) {
	n := fn.Sig.Results().Len()
	if n == 0 {
		return
	}
	last := fn.Sig.Results().At(n - 1)
	if typed := isError(last.Type()); typed && !b.cur.hasErr() {
		b.errorf(last.Pos(), "the last result of %s is an error under the name that another package gives it: write error, so that it becomes the error of the future", fn.Names.Func)
	} else if !typed && b.cur.hasErr() {
		b.errorf(last.Pos(), "the last result of %s is of another type than the built-in error, but called like it: give the type another name", fn.Names.Func)
	}
}

// initialisers reports awaits that would run while the package is initialised.
func (b *bodies) initialisers() {
	b.cur = nil
	for _, f := range b.u.files {
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
				ast.Inspect(g, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok && b.isAwait(call) {
						b.errorf(call.Pos(), "await in the initialiser of a package-level variable: there is no task that could wait; move it to a function")
					}
					_, lit := n.(*ast.FuncLit)
					return !lit
				})
			}
		}
	}
}

// literalRoles finds out when each literal of a body runs, and which calls are operands
// of go and defer statements.
func literalRoles(info *types.Info, body ast.Node) (map[*ast.FuncLit]role, map[*ast.CallExpr]token.Token) {
	roles := make(map[*ast.FuncLit]role)
	calls := make(map[*ast.CallExpr]token.Token)
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			calls[n.Call] = token.GO
		case *ast.DeferStmt:
			calls[n.Call] = token.DEFER
		case *ast.CallExpr:
			lit, ok := ast.Unparen(n.Fun).(*ast.FuncLit)
			if c := closureIn(info, n); c != nil {
				if _, known := roles[c]; !known {
					roles[c] = closure
				}
			}
			if c := inlineIn(info, n); c != nil && calls[n] == 0 {
				roles[c] = onTheSpot
			}
			switch {
			case !ok:
			case calls[n] == token.DEFER:
				roles[lit] = deferred
			case calls[n] == token.GO:
				roles[lit] = anytime
			default:
				roles[lit] = onTheSpot
			}
		}
		return true
	})
	return roles, calls
}

// collect finds the awaits of fn below root, makes functions of the literals that await,
// and notes the statements of fn that matter for its frame.
func (b *bodies) collect(fn *Func, root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			b.closuresIn(fn, n) // a value, or called on the spot without awaits
			return false
		case *ast.DeferStmt:
			fn.Defers = true
			b.inDefers(fn, n.Call)
			b.dropped(n.Call)
		case *ast.GoStmt:
			b.dropped(n.Call)
		case *ast.ExprStmt:
			b.dropped(n.X)
		case *ast.CallExpr:
			return b.call(fn, n)
		case *ast.RangeStmt:
			if l := b.loop(n); l != nil {
				if l.Next != nil && fn.inGenerator() {
					b.errorf(n.X.Pos(), "a range over a stream in a generator, whose consumer does not wait; write //async:stream above the function if it has to await")
				}
				fn.Loops[n] = l
			}
		}
		return true
	})
}

// call looks at one call of fn and reports whether its parts are still to be looked at.
func (b *bodies) call(fn *Func, call *ast.CallExpr) bool {
	if b.info.Types[call].Value != nil {
		return false // such as unsafe.Sizeof, whose operand is not evaluated
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return b.literal(fn, call, lit)
	}
	if lit := closureIn(b.info, call); lit != nil {
		b.collect(fn, call.Fun)
		b.closure(fn, call, lit)
		return false
	}
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok && b.calls[call] != token.GO && b.info.Uses[id] == types.Universe.Lookup("recover") {
		fn.Recovers = true
	}
	if b.isYield(call) {
		b.yieldCall(fn, call)
		return true
	}
	if aw := b.await(call); aw != nil {
		if b.calls[call] != token.GO && fn.inGenerator() {
			b.errorf(call.Pos(), "an await in a generator, whose consumer does not wait; write //async:stream above the function if it has to await")
		}
		switch b.calls[call] {
		case token.DEFER:
			fn.Deferred[call] = aw
		case token.GO: // blocks a goroutine of its own
		default:
			fn.Awaits[call] = aw
			if lit := inlineIn(b.info, call); lit != nil {
				b.inline(fn, aw, lit)
				return false
			}
		}
	}
	b.polledByHand(call)
	if b.calls[call] == token.ILLEGAL {
		if in := b.inPoll(call); in != "" {
			fn.InPoll[call] = in
		}
	}
	return true
}

// literal looks at the call of a literal: one that awaits becomes a function of its own,
// whose call is an await, now or when fn ends.
func (b *bodies) literal(fn *Func, call *ast.CallExpr, lit *ast.FuncLit) bool {
	if !b.literalAwaits(lit) {
		return true
	}
	var nested *Func
	switch b.roles[lit] {
	case anytime:
		return true
	case deferred:
		nested = b.nested(fn, Deferred, call, lit)
		fn.Closures = append(fn.Closures, nested)
		fn.Deferred[call] = b.literalAwait(nested)
	default:
		nested = b.nested(fn, OnTheSpot, call, lit)
		fn.Lits = append(fn.Lits, nested)
		fn.Awaits[call] = b.literalAwait(nested)
	}
	b.collect(nested, lit.Body)
	for _, arg := range call.Args {
		b.collect(fn, arg)
	}
	return false
}

// nested makes the Func of a literal in fn.
func (b *bodies) nested(fn *Func, kind Kind, call *ast.CallExpr, lit *ast.FuncLit) *Func {
	nested := &Func{
		Pkg: fn.Pkg, File: fn.File, Kind: kind,
		Lit: lit, Call: call, Parent: fn,
		Sig: b.info.TypeOf(lit).(*types.Signature), TypeParams: fn.TypeParams, Body: lit.Body,
		Names:    literalNames(fn.Names, len(fn.Lits)+len(fn.Closures)+1, b.taken),
		Awaits:   make(map[*ast.CallExpr]*Await),
		InPoll:   make(map[*ast.CallExpr]string),
		InDefers: make(map[*ast.CallExpr]string),
		Loops:    make(map[*ast.RangeStmt]*Loop),
		Deferred: make(map[*ast.CallExpr]*Await),
		Vars:     make(map[*types.Var]*Var),
	}
	b.names[nested.Names.Future], b.names[nested.Names.Result] = true, true
	return nested
}

// taken reports whether a name means something in the package's scope.
func (b *bodies) taken(name string) bool {
	if b.names[name] || b.pkg.Types.Scope().Lookup(name) != nil {
		return true
	}
	for _, f := range b.u.files {
		if s := b.info.Scopes[f]; s != nil && s.Lookup(name) != nil {
			return true
		}
	}
	return false
}

// literalAwait makes the await that the call of a literal is. Its results map to a poll
// as those of a twin do.
func (b *bodies) literalAwait(lit *Func) *Await {
	aw := &Await{Call: lit.Call, Lit: lit}
	var names []string
	for v := range lit.Sig.Results().Variables() {
		aw.Results = append(aw.Results, v.Type())
		names = append(names, v.Name())
	}
	rest := aw.Results
	if n := len(rest); n > 0 && isError(rest[n-1]) {
		aw.HasErr = true
		rest, names = rest[:n-1], names[:n-1]
	}
	switch len(rest) {
	case 0:
		aw.Value = types.NewStruct(nil, nil)
	case 1:
		aw.Value = rest[0]
	default:
		aw.Fields = ResultFields(names)
		fields := make([]*types.Var, len(rest))
		for i, t := range rest {
			fields[i] = types.NewField(token.NoPos, b.pkg.Types, aw.Fields[i], t, false)
		}
		name := types.NewTypeName(token.NoPos, b.pkg.Types, lit.Names.Result, nil)
		aw.Value = types.NewNamed(name, types.NewStruct(fields, nil), nil)
	}
	return aw
}

// literalAwaits reports whether something is awaited when a literal runs: by itself, which a range over a
// stream does too, or by literals in it that it calls or defers itself.
func (b *bodies) literalAwaits(lit *ast.FuncLit) (yes bool) {
	if known, ok := b.inLit[lit]; ok {
		return known
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if r := b.roles[n]; r == onTheSpot || r == deferred {
				yes = yes || b.literalAwaits(n)
			}
			return false
		case *ast.RangeStmt:
			l := b.loop(n)
			yes = yes || l != nil && l.Next != nil
		case *ast.CallExpr:
			if b.info.Types[n].Value != nil {
				return false
			}
			yes = yes || b.calls[n] != token.GO && b.isAwait(n)
		}
		return !yes
	})
	b.inLit[lit] = yes
	return yes
}

// dropped reports a future that a statement makes and nobody can poll.
func (b *bodies) dropped(e ast.Expr) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || !MakesFuture(b.info, call) {
		return
	}
	how := ".Await()"
	if !hasAwait(b.info.TypeOf(call)) {
		how = "rt.Await"
	}
	b.errorf(call.Pos(), "the future that %s makes is dropped and never runs: await it with %s, or start it with rt.Spawn", b.source(call.Fun), how)
}

// polledByHand reports a call of a future's Poll without a context to poll it with.
func (b *bodies) polledByHand(call *ast.CallExpr) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Poll" || len(call.Args) != 1 || !b.info.Types[call.Args[0]].IsNil() {
		return
	}
	s := b.info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return
	}
	if value, _ := pollOf(s.Recv(), true); value != nil {
		how := "%s.Await()"
		if !hasAwait(s.Recv()) {
			how = "rt.Await(%s)"
		}
		b.errorf(call.Pos(), "%s is polled by hand without a context, so nothing would wake the task: use "+how, b.source(sel.X), b.source(sel.X))
	}
}

// hasAwait reports whether a future has a method Await. A bare rt.Future has none.
func hasAwait(typ types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(typ, true, nil, "Await")
	_, ok := obj.(*types.Func)
	return ok
}

// source gives the text of an expression, shortened to what a message can hold.
func (b *bodies) source(e ast.Expr) string {
	s := types.ExprString(e)
	if len(s) > 40 {
		s = fmt.Sprintf("%.37s...", s)
	}
	return s
}
