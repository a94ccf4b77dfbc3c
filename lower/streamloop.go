package lower

import (
	"go/ast"
	"go/types"

	"github.com/asyncgen/asyncgen/parse"
)

// A range over a stream awaits each element, and the end of the stream where the loop is left
// before that.

// overStream gives what is known of a range over a stream in a function that awaits, or nil.
func overStream(fn *parse.Func, s *ast.RangeStmt) *parse.Loop {
	l := fn.Loops[s]
	if l == nil || l.Next == nil {
		return nil
	}
	for _, t := range []types.Type{l.Iter, l.Next.Future, l.Stop.Future} {
		if isLocalType(t, fn) || IsForeign(t, fn.Pkg) {
			return nil
		}
	}
	return l
}

// streams reports whether a loop awaits the elements that it is over.
func (b *builder) streams(s *ast.RangeStmt) bool { return overStream(b.fn, s) != nil }

// overStream builds a range over a stream.
//
//	      it = open X; begin it
//	loop: await it.Next() -> k, v, ok; ok -> body | end
//	body: … -> loop
//	left: await it.Stop()                where a break leads
//	end:  end it
func (b *builder) overStream(s *ast.RangeStmt, label *types.Label, stream *parse.Loop, yield *types.Tuple) {
	l := &loopOf{stmt: s, end: EndLoop{b.open(s, stream), true}, stream: stream}
	b.add(&BeginLoop{l.end.Iter, true})
	b.m.AwaitsExit = true // a panic of the body may have to wait for the deferred calls of the stream
	loop := b.detached("range.loop", s.Pos())
	body := b.detached("range.body", s.Body.Pos())
	left := b.detached("range.left", s.End())
	end := b.detached("range.end", s.End())
	b.loops = append(b.loops, l)

	b.enterBlock(loop)
	var elems []*Var
	for p := range yield.Variables() {
		elems = append(elems, b.temp(Hidden, p.Type(), s.Pos(), "elem"))
	}
	ok := b.temp(Hidden, types.Typ[types.Bool], s.Pos(), "ok")
	dst := make([]*Var, len(elems), len(elems)+1)
	for i, e := range []ast.Expr{s.Key, s.Value} {
		if i < len(elems) && wanted(e) {
			dst[i] = elems[i]
		}
	}
	b.ask(l, stream.Next, append(dst, ok), "next")
	b.end(&If{Ref{ok}, body, end})
	b.place(body)
	b.cur = body
	elem := func(i int) func() Expr { return func() Expr { return Ref{elems[i]} } }
	b.iteration(s, elem(0), elem(1), true)
	b.within(targets{label: label, brk: left, cont: loop, loops: len(b.loops)}, func() {
		b.stmts(s.Body.List)
	})
	b.end(&Jump{loop})
	b.place(left)
	b.cur = left
	b.stopStream(l)
	b.loops = b.loops[:len(b.loops)-1]
	b.enterBlock(end)
	b.add(&l.end)
}

// stopStream awaits the end of a stream, one of whose elements was the last that is wanted.
func (b *builder) stopStream(l *loopOf) { b.ask(l, l.stream.Stop, nil, "stop") }

// ask awaits a future that a stream makes of itself.
func (b *builder) ask(l *loopOf, aw *parse.Await, dst []*Var, what string) {
	child := b.enter(&Var{Kind: Child, Type: aw.Future, Pos: l.stmt.Pos(), Hint: what})
	a := &Await{Call: aw, Child: child, Result: dst, Define: dst != nil, Loops: b.notedMachines()}
	b.add(&Ask{a, l.end.Iter})
	poll := b.detached("await", l.stmt.Pos())
	poll.Await = a
	b.enterBlock(poll)
}
