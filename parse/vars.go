package parse

import (
	"go/ast"
	"go/token"
	"go/types"
	"go/version"
	"slices"

	"github.com/asyncgen/asyncgen/internal/typeset"
)

// findVars fills in the tables of variables of fn and of its literals.
func findVars(fn *Func, roles map[*ast.FuncLit]role) {
	w := &varWalker{
		info:  fn.Pkg.Info,
		roles: roles,
		facts: make(map[*types.Var]*Var),
		depth: make(map[*types.Var]int),
		lits:  make(map[*ast.FuncLit]*Func),
		spans: make(map[*Func][]span),
	}
	w.iterates = version.Compare(version.Lang(fn.File.GoVersion), "go1.22") >= 0
	frames := []frame{{fn: fn}}
	w.enter(frames, fn.Sig)
	if fn.Gen != nil {
		w.prelude(fn)
	}
	w.walk(frames, fn.Body)
}

// prelude walks what stands before the return statement of a generator. The machine has
// copies of its variables, made at the return statement, and so whatever may refer to one
// later holds it: a deferred literal too, which runs after that.
func (w *varWalker) prelude(fn *Func) {
	for lit, r := range w.roles {
		if r == deferred && lit.Pos() < fn.Body.Pos() {
			w.roles[lit] = anytime
		}
	}
	for _, s := range fn.Gen.Prelude {
		w.walk([]frame{{fn: fn}}, s)
	}
}

// A varWalker goes through one annotated declaration with everything in it.
type varWalker struct {
	info     *types.Info
	iterates bool // each iteration of a loop has its own variables, as since Go 1.22
	roles    map[*ast.FuncLit]role
	facts    map[*types.Var]*Var    // of all variables, those of plain literals too
	depth    map[*types.Var]int     // which of the frames declares it
	lits     map[*ast.FuncLit]*Func // the literals that are functions of their own
	spans    map[*Func][]span       // where declarations of a function repeat
}

// A frame is one function on the way from the declaration down to a place in it: the
// declaration, a literal that is a Func itself, or a plain literal in its role.
type frame struct {
	fn   *Func // nil for a plain literal
	role role
}

// A span is a range of positions, the second excluded.
type span struct{ from, to token.Pos }

// enter prepares the innermost of frames and declares what its signature declares.
func (w *varWalker) enter(frames []frame, sig *types.Signature) {
	if fn := frames[len(frames)-1].fn; fn != nil {
		w.spans[fn] = w.repeating(fn.Body)
		for _, lit := range slices.Concat(fn.Lits, fn.Closures) {
			w.lits[lit.Lit] = lit
		}
	}
	if recv := sig.Recv(); recv != nil {
		w.declare(frames, recv)
	}
	for v := range sig.Params().Variables() {
		w.declare(frames, v)
	}
	for v := range sig.Results().Variables() {
		w.declare(frames, v)
		w.facts[v].Result = true
	}
}

// declare enters a variable of the innermost frame.
func (w *varWalker) declare(frames []frame, v *types.Var) {
	if w.facts[v] != nil {
		return
	}
	facts := &Var{Obj: v}
	w.facts[v] = facts
	w.depth[v] = len(frames) - 1
	fn := frames[len(frames)-1].fn
	if fn == nil {
		return
	}
	for _, s := range w.spans[fn] {
		facts.Repeats = facts.Repeats || s.from <= v.Pos() && v.Pos() < s.to
	}
	fn.Vars[v] = facts
}

// repeating finds the parts of a body that can run more than once in one call: bodies of
// loops, and what lies between a label and a later goto to it. What the init statement of
// a loop declares repeats only as the loop does; the variables of a range statement are
// declared anew by each iteration.
func (w *varWalker) repeating(body *ast.BlockStmt) (spans []span) {
	labels := make(map[types.Object]token.Pos)
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt:
			spans = append(spans, span{n.Body.Pos(), n.Body.End()})
		case *ast.RangeStmt:
			from := n.Body.Pos()
			if w.iterates && n.Key != nil {
				from = n.Key.Pos()
			}
			spans = append(spans, span{from, n.Body.End()})
		case *ast.LabeledStmt:
			labels[w.info.Defs[n.Label]] = n.Pos()
		case *ast.BranchStmt:
			if n.Tok != token.GOTO {
				break
			}
			if from, ok := labels[w.info.Uses[n.Label]]; ok {
				spans = append(spans, span{from, n.Pos()})
			}
		}
		return true
	})
	return spans
}

// walk notes what the nodes below root, in the innermost of frames, do with variables.
func (w *varWalker) walk(frames []frame, root ast.Node) {
	in := frames[len(frames)-1].fn
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			w.literal(frames, n)
			return false
		case *ast.FuncType:
			w.uses(frames, n) // the names of its parameters declare nothing here
			return false
		case *ast.Ident:
			if v, ok := w.info.Defs[n].(*types.Var); ok && !v.IsField() {
				w.declare(frames, v)
			} else if v, ok := w.info.Uses[n].(*types.Var); ok {
				w.refer(frames, v)
			}
		case *ast.CaseClause:
			if v, ok := w.info.Implicits[n].(*types.Var); ok {
				w.declare(frames, v)
			}
		case *ast.ReturnStmt:
			w.returns(in, n)
		case *ast.RangeStmt:
			w.ranges(frames, n)
		default:
			w.effect(n)
		}
		return true
	})
}

// uses is [varWalker.walk] for a part of the source that declares and does nothing.
func (w *varWalker) uses(frames []frame, root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if v, ok := w.info.Uses[id].(*types.Var); ok {
				w.refer(frames, v)
			}
		}
		return true
	})
}

// literal walks a function literal in a frame of its own.
func (w *varWalker) literal(frames []frame, lit *ast.FuncLit) {
	next := frame{fn: w.lits[lit], role: w.roles[lit]}
	frames = append(frames[:len(frames):len(frames)], next)
	w.enter(frames, w.info.TypeOf(lit).(*types.Signature))
	w.uses(frames, lit.Type)
	w.walk(frames, lit.Body)
}

// refer notes from which kind of literal a variable is referred to. If any literal
// between the variable's function and the reference may run at any time, the variable is
// captured; otherwise the outermost plain literal decides, because those inside run
// while it runs.
func (w *varWalker) refer(frames []frame, v *types.Var) {
	facts := w.facts[v]
	if facts == nil {
		return
	}
	var plain []role
	for i := len(frames) - 1; i > w.depth[v]; i-- {
		switch f := frames[i]; {
		case f.fn == nil && f.role == closure:
			plain = append(plain, anytime) // never made: its call is not evaluated
		case f.fn == nil:
			plain = append(plain, f.role)
		case f.fn.Kind != OnTheSpot:
			plain = append(plain, anytime)
			f.fn.captures(facts)
		default:
			facts.Shared = true
		}
	}
	for _, r := range plain {
		if r == anytime {
			facts.Captured = true
			return
		}
	}
	if n := len(plain); n > 0 && plain[n-1] == deferred {
		facts.Deferred = true
	} else if n > 0 {
		facts.Called = true
	}
}

// captures enters a variable that a closure mentions.
func (fn *Func) captures(v *Var) {
	if !slices.Contains(fn.Captures, v) {
		fn.Captures = append(fn.Captures, v)
	}
}

// returns notes that a return statement with operands assigns to named results.
func (w *varWalker) returns(in *Func, s *ast.ReturnStmt) {
	if in == nil || len(s.Results) == 0 {
		return
	}
	for v := range in.Sig.Results().Variables() {
		if v.Name() != "" {
			in.Vars[v].Assigned = true
		}
	}
}

// ranges notes the assignments of a range statement. Before Go 1.22 all iterations assign
// to the same variables, even to those that the statement declares.
func (w *varWalker) ranges(frames []frame, s *ast.RangeStmt) {
	for _, e := range []ast.Expr{s.Key, s.Value} {
		if id, ok := e.(*ast.Ident); ok && s.Tok == token.DEFINE && !w.iterates {
			if v, ok := w.info.Defs[id].(*types.Var); ok {
				w.declare(frames, v)
				w.assign(e)
			}
		}
		if s.Tok == token.ASSIGN {
			w.assign(e)
		}
	}
}

// effect notes the assignments and the taking of addresses that one node performs.
func (w *varWalker) effect(n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for _, e := range n.Lhs {
			if id, ok := e.(*ast.Ident); !ok || w.info.Defs[id] == nil {
				w.assign(e)
			}
		}
	case *ast.IncDecStmt:
		w.assign(n.X)
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			w.address(n.X)
		}
	case *ast.SliceExpr:
		if typeset.Any(w.info.TypeOf(n.X), isArray) {
			w.address(n.X)
		}
	case *ast.SelectorExpr:
		if takesAddress(w.info.Selections[n]) {
			w.address(n.X)
		}
	}
}

func (w *varWalker) assign(e ast.Expr) {
	if f := w.factsOf(e); f != nil {
		f.Assigned = true
	}
}

func (w *varWalker) address(e ast.Expr) {
	if f := w.factsOf(e); f != nil {
		f.Addressed = true
	}
}

// factsOf gives those of the variable that an operand is, or is a part of.
func (w *varWalker) factsOf(e ast.Expr) *Var { return w.facts[root(w.info, e)] }

// root gives the variable that e denotes or denotes a part of: a field, or an element of
// an array, not reached through a pointer.
func root(info *types.Info, e ast.Expr) *types.Var {
	if e == nil {
		return nil
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, _ := info.ObjectOf(e).(*types.Var)
		return v
	case *ast.SelectorExpr:
		if s := info.Selections[e]; s != nil && s.Kind() == types.FieldVal && !s.Indirect() {
			return root(info, e.X)
		}
	case *ast.IndexExpr:
		if tv := info.Types[e.X]; tv.IsValue() && typeset.Any(tv.Type, isArray) {
			return root(info, e.X)
		}
	}
	return nil
}

func isArray(t types.Type) bool {
	_, ok := t.(*types.Array)
	return ok
}

// takesAddress reports whether a method selector takes the address of its operand or of a
// part of it: it selects a method with a pointer receiver, and no pointer lies on the way.
func takesAddress(s *types.Selection) bool {
	if s == nil || s.Kind() != types.MethodVal {
		return false
	}
	if _, ok := types.Unalias(s.Obj().(*types.Func).Signature().Recv().Type()).(*types.Pointer); !ok {
		return false
	}
	typ := s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		st, ok := typ.Underlying().(*types.Struct)
		if !ok {
			return false // a pointer to a struct
		}
		typ = st.Field(i).Type()
	}
	_, pointer := typ.Underlying().(*types.Pointer)
	return !pointer
}
