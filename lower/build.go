package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/internal/typeset"
	"github.com/asyncgen/asyncgen/parse"
)

// A builder turns the body of one function into blocks. Statements without awaits become
// items as they are; the others are taken apart as far as their awaits reach.
type builder struct {
	m     *Machine
	fn    *parse.Func
	info  *types.Info
	diags *diag.List

	cur     *Block // where the next item goes; never nil, unreachable after a jump
	targets *targets
	loops   []*loopOf // iterations of iterator functions that enclose this point
	labels  map[*types.Label]*Block
	gotos   map[*types.Label]bool // labels that a goto names
	awaits  map[ast.Node]bool     // the awaits and all nodes around them
	boxes   map[ast.Expr]bool     // see boxes
	*group
	// forClause says that the init statement of a loop is being built.
	forClause bool
}

// targets is the stack of statements that break and continue can leave.
type targets struct {
	tail      *targets
	label     *types.Label // or nil
	brk, cont *Block       // cont is nil in switch and select
	fall      *Block       // next clause of a switch
	loops     int          // enclosing iterator loops that a jump to here stays in
}

// A loopOf is the iteration of an iterator function.
type loopOf struct {
	stmt   *ast.RangeStmt
	end    EndLoop
	stream *parse.Loop // nil if the iterator does not wait
}

// build makes the machine of fn, which is a literal in outer if that is not nil, with its
// blocks; the later passes fill in the rest.
func build(fn *parse.Func, outer *Machine, g *group, diags *diag.List) *Machine {
	m := &Machine{
		Func:  fn,
		Outer: outer,
		Temps: map[ast.Expr][]*Var{},
		Drop:  map[ast.Stmt]bool{},
		Jumps: map[ast.Stmt]*Block{},
		Ends:  map[*ast.ReturnStmt][]*Var{},
		byObj: map[*types.Var]*Var{},
		lits:  map[*parse.Func]*Machine{},
	}
	if fn.Kind == parse.OnTheSpot {
		m.Parent = outer
	}
	b := &builder{
		m: m, fn: fn, info: fn.Pkg.Info, diags: diags, group: g,
		labels: map[*types.Label]*Block{},
	}
	if fn.Gen != nil {
		m.Walk = g.walks[fn.Obj]
	}
	if fn.Gen != nil && fn.Gen.Coroutine != nil {
		b.cur = b.block("coroutine", fn.Body.Pos())
		b.end(&Stop{})
		return m
	}
	b.awaits, b.boxes = awaitPaths(fn), boxes(fn)
	b.gotos = gotoTargets(fn, b.info)
	b.cur = b.block("entry", fn.Body.Pos())
	m.Loops = b.hasIteratorLoop()
	b.frame()
	for _, lit := range fn.Lits {
		m.lits[lit] = build(lit, m, g, diags)
		m.Lits = append(m.Lits, m.lits[lit])
	}
	for _, c := range fn.Closures {
		m.lits[c] = build(c, m, g, diags)
		m.Closures = append(m.Closures, m.lits[c])
	}
	if m.Exit {
		m.ExitBlock = &Block{Kind: "exit", Pos: fn.Body.Rbrace, Term: &Exit{}}
	}
	b.stmts(fn.Body.List)
	b.ret(nil)
	if m.Exit {
		m.ExitBlock.Index = len(m.Blocks)
		m.Blocks = append(m.Blocks, m.ExitBlock)
	}
	return m
}

// frame declares captures, receiver, parameters and results.
func (b *builder) frame() {
	m, sig := b.m, b.fn.Sig
	b.captures()
	if r := sig.Recv(); r != nil && named(r) {
		b.declare(r, Param)
	}
	for p := range sig.Params().Variables() {
		if named(p) {
			b.declare(p, Param)
		}
	}
	if b.fn.Gen != nil {
		b.prelude()
	}
	m.Exit = b.fn.Defers || m.Loops
	m.AwaitsExit = len(b.fn.Deferred) > 0
	for r := range sig.Results().Variables() {
		if f := b.fn.Vars[r]; f != nil && (f.Captured || f.Addressed) {
			m.Exit = true
		}
	}
	for r := range sig.Results().Variables() {
		if r.Name() == "" && !m.Exit {
			continue
		}
		v := b.declare(r, Result)
		v.Pinned = m.Exit
		m.Results = append(m.Results, v)
		b.add(&New{v})
	}
}

func named(v *types.Var) bool { return v.Name() != "" && v.Name() != "_" }

// declare enters a variable of the source.
func (b *builder) declare(obj *types.Var, kind VarKind) *Var {
	if v := b.m.byObj[obj]; v != nil {
		return v
	}
	v := &Var{Obj: obj, Facts: b.fn.Vars[obj], Kind: kind, Type: obj.Type(), Pos: obj.Pos()}
	v.perIteration = b.forClause && b.perIteration()
	if f := v.Facts; f != nil && f.Deferred && (f.Assigned || kind == Result) && !v.CellLike() {
		// The deferred literal refers to it through the frame until the very end.
		v.Pinned = true
	}
	b.m.byObj[obj] = v
	return b.enter(v)
}

func (b *builder) enter(v *Var) *Var {
	v.index = len(b.m.Vars)
	b.classify(v)
	b.m.Vars = append(b.m.Vars, v)
	return v
}

// classify finds out where the type of v has a name.
func (b *builder) classify(v *Var) {
	v.foreign, v.unnamed = false, false
	for _, t := range append(v.TypeArgs, v.Type) {
		v.foreign = v.foreign || IsForeign(t, b.fn.Pkg)
		v.unnamed = v.unnamed || v.foreign || isLocalType(t, b.fn)
	}
}

// temp makes a variable that the source has no name for.
func (b *builder) temp(kind VarKind, t types.Type, pos token.Pos, hint string) *Var {
	return b.enter(&Var{Kind: kind, Type: types.Default(t), Pos: pos, Hint: hint})
}

// block makes a block and puts it behind the others.
func (b *builder) block(kind string, pos token.Pos) *Block {
	blk := b.detached(kind, pos)
	b.place(blk)
	return blk
}

// detached makes a block whose place comes later: the target of a jump forward.
func (b *builder) detached(kind string, pos token.Pos) *Block {
	return &Block{Kind: kind, Pos: pos, Index: -1}
}

func (b *builder) place(blk *Block) {
	blk.Index = len(b.m.Blocks)
	b.m.Blocks = append(b.m.Blocks, blk)
}

func (b *builder) add(it Item) { b.cur.Items = append(b.cur.Items, it) }

// end closes the current block; what follows is unreachable until a block is entered.
func (b *builder) end(t Term) {
	if b.cur.Term == nil {
		b.cur.Term = t
	}
	b.cur = b.detached("dead", token.NoPos)
}

// enterBlock goes on in blk, into which the current block falls.
func (b *builder) enterBlock(blk *Block) {
	b.end(&Jump{blk})
	b.place(blk)
	b.cur = blk
}

// awaitPaths marks the awaits of fn and every node on the way to them.
func awaitPaths(fn *parse.Func) map[ast.Node]bool {
	marks := map[ast.Node]bool{}
	var stack []ast.Node
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		call, ok := n.(*ast.CallExpr)
		r, loop := n.(*ast.RangeStmt)
		if ok && fn.Awaits[call] != nil || loop && overStream(fn, r) != nil {
			marks[n] = true
			for _, p := range stack {
				marks[p] = true
			}
		}
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		stack = append(stack, n)
		return true
	})
	return marks
}

// gotoTargets collects the labels of fn that a goto outside of literals names.
func gotoTargets(fn *parse.Func, info *types.Info) map[*types.Label]bool {
	out := map[*types.Label]bool{}
	inspectFrame(fn.Body, func(n ast.Node) bool {
		if br, ok := n.(*ast.BranchStmt); ok && br.Tok == token.GOTO {
			out[info.Uses[br.Label].(*types.Label)] = true
		}
		return true
	})
	return out
}

// hasIteratorLoop reports whether the function ranges over an iterator function in a loop
// that has to be taken apart and that a panic of the body must end.
func (b *builder) hasIteratorLoop() bool {
	found := false
	inspectFrame(b.fn.Body, func(n ast.Node) bool {
		if r, ok := n.(*ast.RangeStmt); ok && b.takesApart(r) {
			_, isFunc := b.coreType(r.X).(*types.Signature)
			loop := b.overMachine(r)
			_, _, passes := b.passesOn(r) // its machine is unwound with this one
			found = found || isFunc && !passes && (loop == nil || loop.Next != nil || b.mustUnwind(loop))
		}
		return true
	})
	return found
}

// coreType is the type of e that decides how statements treat it.
func (b *builder) coreType(e ast.Expr) types.Type {
	return typeset.Core(b.info.TypeOf(e))
}

// stmts builds a list of statements.
func (b *builder) stmts(list []ast.Stmt) {
	for _, s := range list {
		b.stmt(s, nil)
	}
}

// stmt builds one statement; label is the one in front of it.
func (b *builder) stmt(s ast.Stmt, label *types.Label) {
	if !b.awaits[s] {
		b.plain(s)
		return
	}
	switch s := s.(type) {
	case *ast.BlockStmt:
		b.stmts(s.List)
	case *ast.LabeledStmt:
		b.labeled(s)
	case *ast.IfStmt:
		b.ifStmt(s)
	case *ast.ForStmt:
		b.forStmt(s, label)
	case *ast.RangeStmt:
		b.rangeStmt(s, label)
	case *ast.SwitchStmt:
		b.switchStmt(s, label)
	case *ast.TypeSwitchStmt:
		b.typeSwitchStmt(s, label)
	case *ast.SelectStmt:
		b.selectStmt(s, label)
	case *ast.ReturnStmt:
		b.exprs(s.Results, false)
		b.ret(s)
	case *ast.ExprStmt:
		if call, ok := ast.Unparen(s.X).(*ast.CallExpr); ok && b.fn.Awaits[call] != nil {
			b.await(call, nil, false)
			return
		}
		b.simple(s)
	case *ast.AssignStmt:
		b.assign(s)
	case *ast.DeclStmt:
		b.decl(s.Decl.(*ast.GenDecl))
	default:
		b.simple(s)
	}
}

// plain adds a statement without awaits as it is written.
func (b *builder) plain(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.EmptyStmt:
		return
	case *ast.ReturnStmt:
		b.ret(s)
		return
	case *ast.LabeledStmt:
		b.labeled(s)
		return
	case *ast.BranchStmt:
		b.end(&Jump{b.branchTarget(s)})
		return
	case *ast.DeclStmt:
		if gen := s.Decl.(*ast.GenDecl); gen.Tok != token.VAR {
			b.m.Decls = append(b.m.Decls, gen)
			return
		}
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			b.declares(spec)
			b.add(&Stmt{spec})
		}
		return
	case *ast.AssignStmt:
		b.declares(s)
	}
	b.source(s)
}

// source adds a statement as an item and resolves the jumps that leave it.
func (b *builder) source(s ast.Stmt) {
	b.add(&Stmt{s})
	b.escapes(s)
	if Terminates(s, b.info) {
		b.end(&Stop{})
	}
}

// declares enters the variables that a statement declares at its own level.
func (b *builder) declares(n ast.Node) {
	var names []ast.Expr
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			names = n.Lhs
		}
	case *ast.ValueSpec:
		for _, id := range n.Names {
			names = append(names, id)
		}
	}
	for _, e := range names {
		if obj := b.defined(e); obj != nil {
			b.declare(obj, Local)
		}
	}
}

// defined gives the variable that an identifier on the left of := or in var declares.
func (b *builder) defined(e ast.Expr) *types.Var {
	if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
		if v, ok := b.info.Defs[id].(*types.Var); ok {
			return v
		}
	}
	return nil
}

// simple orders the operands of a statement and adds it with temporaries in their place.
func (b *builder) simple(s ast.Stmt) {
	b.operands(s)
	b.declares(s)
	b.source(s)
}

// assign builds an assignment that awaits. Results of an await go straight into the
// variables on the left; everything else through temporaries.
func (b *builder) assign(s *ast.AssignStmt) {
	if len(s.Rhs) == 1 && (s.Tok == token.ASSIGN || s.Tok == token.DEFINE) {
		if call, ok := ast.Unparen(s.Rhs[0]).(*ast.CallExpr); ok && b.fn.Awaits[call] != nil {
			if b.bind(call, s.Lhs, s.Tok == token.DEFINE) {
				return
			}
		}
	}
	b.simple(s)
}

// bind awaits into variables, if all of lhs are variables of the machine or blank.
func (b *builder) bind(call *ast.CallExpr, lhs []ast.Expr, define bool) bool {
	if len(lhs) != len(b.fn.Awaits[call].Results) {
		return false
	}
	dst := make([]*Var, len(lhs))
	fresh := 0
	for i, e := range lhs {
		id, ok := e.(*ast.Ident)
		if !ok {
			return false
		}
		if id.Name == "_" {
			continue
		}
		if obj := b.defined(id); obj != nil && define {
			fresh++
			dst[i] = b.declare(obj, Local)
			continue
		}
		obj, _ := b.info.Uses[id].(*types.Var)
		if dst[i] = b.m.byObj[obj]; dst[i] == nil || define {
			// A variable of another function, or one that := uses again: the
			// statement itself does it right.
			return false
		}
	}
	b.await(call, dst, define && fresh > 0)
	return true
}

// decl builds a declaration that awaits, one specification at a time: each is evaluated
// before the next is in scope.
func (b *builder) decl(g *ast.GenDecl) {
	for _, s := range g.Specs {
		spec := s.(*ast.ValueSpec)
		if len(spec.Values) == 1 && spec.Type == nil {
			if call, ok := ast.Unparen(spec.Values[0]).(*ast.CallExpr); ok && b.fn.Awaits[call] != nil {
				lhs := make([]ast.Expr, len(spec.Names))
				for i, id := range spec.Names {
					lhs[i] = id
				}
				if b.bind(call, lhs, true) {
					continue
				}
			}
		}
		b.exprs(spec.Values, false)
		b.declares(spec)
		b.add(&Stmt{spec})
	}
}

// ret ends the call; s is nil at the end of the body.
func (b *builder) ret(s *ast.ReturnStmt) {
	if s == nil && b.fn.Sig.Results().Len() > 0 {
		b.end(&Stop{})
		return
	}
	b.end(&Return{s, b.exitFrom(s)})
}

// exitFrom is the block that the return statement s continues in, or nil. Then it ends the
// loops around it itself; there are none at the end of the body.
func (b *builder) exitFrom(s *ast.ReturnStmt) *Block {
	if !b.m.Exit {
		for _, l := range slices.Backward(b.loops) {
			b.m.Ends[s] = append(b.m.Ends[s], l.end.Iter)
		}
		return nil
	}
	return b.leave(b.m.ExitBlock, 0, b.fn.Body.Rbrace)
}

// leave gives a block that ends the iterator loops from the innermost down to depth and
// then goes to to; to itself if there are none.
func (b *builder) leave(to *Block, depth int, pos token.Pos) *Block {
	if len(b.loops) == depth {
		return to
	}
	stub := b.block("leave", pos)
	from := b.cur
	b.cur = stub
	for _, l := range slices.Backward(b.loops[depth:]) {
		if l.stream != nil {
			b.stopStream(l)
		}
		b.add(&l.end)
	}
	b.end(&Jump{to})
	b.cur = from
	return stub
}
