package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"go/version"
	"strconv"

	"github.com/asyncgen/asyncgen/internal/typeset"
)

// perIteration reports whether loop variables are new in each iteration.
func (b *builder) perIteration() bool {
	v := b.fn.File.GoVersion
	return v == "" || version.Compare(v, "go1.22") >= 0
}

// A rangeLoop is what the kinds of range have in common.
//
//	      setup
//	loop: more -> body | done
//	body: key, value = …; …
//	next: step -> loop
//	done:
type rangeLoop struct {
	setup func()
	more  func(body, done *Block) // ends the block with a branch
	key   func() Expr
	value func() Expr
	step  func() // nil: nothing between two iterations
}

// rangeStmt builds a range loop that awaits.
func (b *builder) rangeStmt(s *ast.RangeStmt, label *types.Label) {
	if !b.takesApart(s) {
		b.expr(s.X, false)
		if b.awaits[s.X] && !wanted(s.Value) && isArray(b.coreType(s.X)) {
			b.save(s.X) // as for len, see isArrayLen
		}
		b.sourceLabeled(s, label)
		return
	}
	if l, leave, ok := b.passesOn(s); ok {
		b.delegate(s, l, leave)
		return
	}
	if b.awaits[s.X] || !b.rangesOverConstant(s) {
		b.expr(s.X, false)
	}
	if !b.perIteration() && s.Tok == token.DEFINE {
		for _, v := range b.rangeVars(s) {
			if v != nil && v.CellLike() {
				b.add(&New{v})
			}
		}
	}
	switch t := b.coreType(s.X).(type) {
	case *types.Basic:
		if t.Info()&types.IsString != 0 {
			b.loop(s, label, b.overString(s))
		} else {
			b.loop(s, label, b.overInt(s))
		}
	case *types.Slice:
		b.loop(s, label, b.overSlice(s))
	case *types.Array:
		b.loop(s, label, b.overArray(s, t.Len(), false))
	case *types.Pointer:
		b.loop(s, label, b.overArray(s, t.Elem().Underlying().(*types.Array).Len(), true))
	case *types.Map:
		b.loop(s, label, b.overMap(s, t))
	case *types.Chan:
		b.loop(s, label, b.overChan(s, t))
	case *types.Signature:
		b.overFunc(s, label, t)
	}
}

// rangeVars gives the variables that the statement declares, nil where it has none.
func (b *builder) rangeVars(s *ast.RangeStmt) [2]*Var {
	var out [2]*Var
	for i, e := range []ast.Expr{s.Key, s.Value} {
		if e != nil && s.Tok == token.DEFINE {
			if obj := b.defined(e); obj != nil {
				out[i] = b.declare(obj, Local)
			}
		}
	}
	return out
}

// wanted reports whether an iteration variable is there and not blank.
func wanted(e ast.Expr) bool {
	if e == nil {
		return false
	}
	id, ok := e.(*ast.Ident)
	return !ok || id.Name != "_"
}

func (b *builder) loop(s *ast.RangeStmt, label *types.Label, r rangeLoop) {
	if r.setup != nil {
		r.setup()
	}
	loop := b.detached("range.loop", s.Pos())
	body := b.detached("range.body", s.Body.Pos())
	done := b.detached("range.done", s.End())
	next := loop
	if r.step != nil {
		next = b.detached("range.next", s.Pos())
	}
	b.enterBlock(loop)
	r.more(body, done)
	b.place(body)
	b.cur = body
	b.iteration(s, r.key, r.value, false)
	b.within(targets{label: label, brk: done, cont: next, loops: len(b.loops)}, func() {
		b.stmts(s.Body.List)
	})
	if r.step != nil {
		b.enterBlock(next)
		r.step()
	}
	b.end(&Jump{loop})
	b.place(done)
	b.cur = done
}

// iteration gives the iteration variables their values: new variables each time, or with
// = an assignment whose left side is evaluated each time. The compiler assigns the values
// of an iterator function one after the other, those of everything else at once.
func (b *builder) iteration(s *ast.RangeStmt, key, value func() Expr, sequential bool) {
	if s.Tok == token.DEFINE {
		vars := b.rangeVars(s)
		for i, src := range []func() Expr{key, value} {
			if vars[i] != nil {
				b.add(&Set{[]*Var{vars[i]}, src(), b.perIteration() || !vars[i].CellLike()})
			}
		}
		return
	}
	st := &Store{}
	if wanted(s.Key) {
		st.Dst, st.Src = append(st.Dst, s.Key), append(st.Src, key())
	}
	if wanted(s.Value) {
		st.Dst, st.Src = append(st.Dst, s.Value), append(st.Src, value())
	}
	if len(st.Dst) == 2 && sequential {
		for i := range st.Dst {
			b.exprs(st.Dst[i:i+1], false)
			b.add(&Store{st.Dst[i : i+1], st.Src[i : i+1]})
		}
	} else if len(st.Dst) > 0 {
		b.exprs(st.Dst, false)
		b.add(st)
	}
}

// hidden makes a variable for the state of the loop and sets it.
func (b *builder) hidden(s *ast.RangeStmt, t types.Type, name string, x Expr) *Var {
	v := b.temp(Hidden, t, s.Pos(), name)
	b.add(&Set{[]*Var{v}, x, true})
	return v
}

// counter makes the loop shape of a hidden index that runs up to a limit.
func (b *builder) counter(s *ast.RangeStmt, t types.Type, limit func() Expr) (*rangeLoop, func() *Var) {
	var i *Var
	r := &rangeLoop{}
	r.setup = func() { i = b.hidden(s, t, "index", Const{"0"}) }
	r.more = func(body, done *Block) {
		b.end(&If{Binary{token.LSS, Ref{i}, limit()}, body, done})
	}
	r.step = func() { b.add(&Set{[]*Var{i}, Binary{token.ADD, Ref{i}, Const{"1"}}, false}) }
	r.key = func() Expr { return Ref{i} }
	return r, func() *Var { return i }
}

// overInt: the limit is evaluated once, and assigning to the iteration variable does not
// touch the counter.
func (b *builder) overInt(s *ast.RangeStmt) rangeLoop {
	t := b.info.TypeOf(s.X)
	if wanted(s.Key) {
		t = b.info.TypeOf(s.Key)
		if obj := b.defined(s.Key); obj != nil && s.Tok == token.DEFINE {
			t = obj.Type()
		}
	}
	limit := Expr(Source{s.X})
	r, _ := b.counter(s, t, func() Expr { return limit })
	if b.info.Types[s.X].Value == nil {
		inner := r.setup
		r.setup = func() {
			limit = Ref{b.hidden(s, b.info.TypeOf(s.X), "limit", Source{s.X})}
			inner()
		}
	}
	return *r
}

// overSlice: the slice is evaluated once; its length is that of the copy.
func (b *builder) overSlice(s *ast.RangeStmt) rangeLoop {
	var seq *Var
	r, index := b.counter(s, types.Typ[types.Int], func() Expr { return Len{Ref{seq}} })
	inner := r.setup
	r.setup = func() {
		seq = b.hidden(s, b.info.TypeOf(s.X), "slice", Source{s.X})
		inner()
	}
	r.value = func() Expr { return Index{Ref{seq}, Ref{index()}} }
	return *r
}

// overArray: with a value an array is copied and a pointer dereferenced; without one
// neither is evaluated, unless that has an effect.
func (b *builder) overArray(s *ast.RangeStmt, n int64, pointer bool) rangeLoop {
	var seq *Var
	r, index := b.counter(s, types.Typ[types.Int], func() Expr { return Const{strconv.FormatInt(n, 10)} })
	inner := r.setup
	r.setup = func() {
		switch {
		case wanted(s.Value):
			seq = b.hidden(s, b.info.TypeOf(s.X), "array", Source{s.X})
		case !b.rangesOverConstant(s):
			b.add(&Set{[]*Var{nil}, Source{s.X}, false})
		}
		inner()
	}
	r.value = func() Expr { return Index{Ref{seq}, Ref{index()}} }
	return *r
}

// rangesOverConstant reports whether the statement only needs the length of an array, and
// that is a constant, so that its operand is not evaluated.
func (b *builder) rangesOverConstant(s *ast.RangeStmt) bool {
	if wanted(s.Value) {
		return false
	}
	if !isArray(b.coreType(s.X)) {
		return false
	}
	acts := false
	inspectFrame(s.X, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if tv := b.info.Types[n]; !b.info.Types[n.Fun].IsType() && (tv.Value == nil || tv.Value.Kind() == constant.Unknown) {
				acts = true
			}
		case *ast.UnaryExpr:
			acts = acts || n.Op == token.ARROW
		}
		return true
	})
	return !acts
}

// overString: byte offsets and runes.
func (b *builder) overString(s *ast.RangeStmt) rangeLoop {
	var str, index, next, char *Var
	return rangeLoop{
		setup: func() {
			str = b.hidden(s, b.info.TypeOf(s.X), "text", Source{s.X})
			index = b.hidden(s, types.Typ[types.Int], "index", Const{"0"})
			next = b.temp(Hidden, types.Typ[types.Int], s.Pos(), "next")
			char = b.temp(Hidden, types.Typ[types.Rune], s.Pos(), "char")
		},
		more: func(body, done *Block) {
			b.end(&If{Binary{token.LSS, Ref{index}, Len{Ref{str}}}, body, done})
			b.cur = body
			b.add(&Set{[]*Var{char, next}, Runtime{"NextRune", []Expr{Ref{str}, Ref{index}}}, true})
		},
		key:   func() Expr { return Ref{index} },
		value: func() Expr { return Ref{char} },
		step:  func() { b.add(&Set{[]*Var{index}, Ref{next}, false}) },
	}
}

// overMap: the runtime's iterator sees deletions and insertions as the statement does.
func (b *builder) overMap(s *ast.RangeStmt, t *types.Map) rangeLoop {
	var it *Var
	return rangeLoop{
		setup: func() {
			it = b.enter(&Var{Kind: Hidden, Runtime: "MapRange", TypeArgs: []types.Type{t.Key(), t.Elem()}, Pos: s.Pos(), Hint: "iter"})
			b.add(&Set{[]*Var{it}, Runtime{"RangeMap", []Expr{Source{s.X}}}, true})
		},
		more:  func(body, done *Block) { b.end(&If{Method{it, "Next"}, body, done}) },
		key:   func() Expr { return Method{it, "Key"} },
		value: func() Expr { return Method{it, "Value"} },
	}
}

// overChan: until the channel is closed and empty.
func (b *builder) overChan(s *ast.RangeStmt, t *types.Chan) rangeLoop {
	var ch, elem, ok *Var
	return rangeLoop{
		setup: func() {
			ch = b.hidden(s, b.info.TypeOf(s.X), "channel", Source{s.X})
			elem = b.temp(Hidden, t.Elem(), s.Pos(), "elem")
			ok = b.temp(Hidden, types.Typ[types.Bool], s.Pos(), "ok")
		},
		more: func(body, done *Block) {
			dst := []*Var{nil, ok}
			if wanted(s.Key) {
				dst[0] = elem
			}
			b.add(&Set{dst, Receive{Ref{ch}}, true})
			b.end(&If{Ref{ok}, body, done})
		},
		key: func() Expr { return Ref{elem} },
	}
}

// overFunc builds a range over an iterator function. The body awaits, so it cannot be the
// callback that it is in Go: the iterator runs as a coroutine, or is a generator's machine,
// that is asked for one element after the other, and every way out of the body ends it
// first.
//
//	      it = pull(X); begin it
//	loop: k, v, ok = it.Next(); ok -> body | end
//	body: … -> loop
//	end:  end it
func (b *builder) overFunc(s *ast.RangeStmt, label *types.Label, sig *types.Signature) {
	yieldType := sig.Params().At(0).Type()
	yield := typeset.Core(yieldType).(*types.Signature)
	l := &loopOf{stmt: s}
	if gen := b.overMachine(s); gen != nil && gen.Next != nil {
		b.overStream(s, label, gen, yield.Params())
		return
	}
	if gen := b.overMachine(s); gen != nil {
		l.end = EndLoop{b.open(s, gen), b.mustUnwind(gen)}
	} else {
		l.end = EndLoop{b.pull(s, yieldType, yield), true}
	}
	if l.end.Noted {
		b.add(&BeginLoop{l.end.Iter, false})
	}
	b.iterate(s, label, l, yield.Params())
}

// pull makes the coroutine that an iterator function runs in.
func (b *builder) pull(s *ast.RangeStmt, yieldType types.Type, yield *types.Signature) *Var {
	names := [...]string{"Pull0", "Pull", "Pull2"}
	makers := [...]string{"PullSeq0", "PullSeq", "PullSeq2"}
	n := yield.Params().Len()
	it := &Var{Kind: Hidden, Runtime: names[n], Pos: s.Pos(), Hint: "iter"}
	for p := range yield.Params().Variables() {
		it.TypeArgs = append(it.TypeArgs, p.Type())
	}
	b.enter(it)
	seq := Expr(Source{s.X})
	if _, plain := types.Unalias(yieldType).(*types.Signature); !plain {
		seq = Iterator{b.hidden(s, b.info.TypeOf(s.X), "seq", seq), yield}
	}
	b.add(&Set{[]*Var{it}, Runtime{makers[n], []Expr{seq}}, true})
	return it
}

// iterate builds the loop itself.
func (b *builder) iterate(s *ast.RangeStmt, label *types.Label, l *loopOf, yield *types.Tuple) {
	var elems []*Var
	for p := range yield.Variables() {
		elems = append(elems, b.temp(Hidden, p.Type(), s.Pos(), "elem"))
	}
	ok := b.temp(Hidden, types.Typ[types.Bool], s.Pos(), "ok")
	loop := b.detached("range.loop", s.Pos())
	body := b.detached("range.body", s.Body.Pos())
	end := b.detached("range.end", s.End())
	b.enterBlock(loop)
	dst := make([]*Var, len(elems), len(elems)+1)
	for i, e := range []ast.Expr{s.Key, s.Value} {
		if i < len(elems) && wanted(e) {
			dst[i] = elems[i]
		}
	}
	b.add(&Set{append(dst, ok), Method{l.end.Iter, "Next"}, true})
	b.end(&If{Ref{ok}, body, end})
	b.place(body)
	b.cur = body
	elem := func(i int) func() Expr { return func() Expr { return Ref{elems[i]} } }
	b.loops = append(b.loops, l)
	b.iteration(s, elem(0), elem(1), true)
	b.within(targets{label: label, brk: end, cont: loop, loops: len(b.loops)}, func() {
		b.stmts(s.Body.List)
	})
	b.loops = b.loops[:len(b.loops)-1]
	b.end(&Jump{loop})
	b.place(end)
	b.cur = end
	b.add(&l.end)
}
