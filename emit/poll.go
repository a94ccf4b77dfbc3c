package emit

import (
	"go/ast"
	"slices"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// pollMethod writes Poll: what the whole body shares, a switch that jumps to where the
// machine stands, and the blocks one behind the other.
func (u *unit) pollMethod() {
	m, n := u.m, u.names
	b := &bodyWriter{u: u, used: map[*lower.Block]bool{}, explained: map[*ast.CommentGroup]bool{}}
	body := u.pollBody(b)
	result := u.rt(symPoll).Types(u.valueType(m.Func))
	if m.Exit {
		result = jen.Params(jen.Id(n.out).Add(result))
	}
	name := "Poll"
	if isStream(m.Func) {
		name = n.stepping
		u.out.Commentf("%s runs the stream until its next suspension.", name)
	} else {
		u.out.Comment("Poll runs the machine until its next suspension.")
	}
	u.out.Func().Params(u.receiver()).Id(name).
		Params(jen.Id(n.cx).Op("*").Add(u.rt(symContext))).Add(result).Block(body...)
}

// pollBody writes the statements of the method that runs the machine.
func (u *unit) pollBody(b *bodyWriter) []jen.Code {
	m, n := u.m, u.names
	u.nameStructs()
	var written [][]jen.Code
	for i, blk := range m.Blocks {
		var next *lower.Block
		if i+1 < len(m.Blocks) {
			next = m.Blocks[i+1]
		}
		written = append(written, b.writeBlock(blk, next))
	}
	var body []jen.Code
	blocks := u.hoisted(b)
	body = append(body, b.unboxing()...)
	body = append(body, u.topVars()...)
	switch {
	case isGenerator(m.Func):
		body = append(body, u.dispatchNext(b)...)
	case m.Exit:
		body = append(body, u.deferLeave(u.leaveArgs(jen.Id(n.cx), jen.Op("&").Id(n.out))...))
		body = append(body, u.dispatch(b)...)
	default:
		body = append(body, u.dispatch(b)...)
	}
	for i, blk := range m.Blocks {
		if blk.Await != nil {
			body = append(body, jen.Id(n.labels[blk]).Op(":").Comment(u.labelComment(blk, blk.Await.Call.Call.Pos())))
		} else if blk == m.ExitBlock && m.ExitState != nil {
			body = append(body, jen.Id(n.labels[blk]).Op(":").Comment(u.labelComment(blk, m.Func.Body.Rbrace)))
		} else if b.used[blk] {
			body = append(body, jen.Id(n.labels[blk]).Op(":"))
		}
		body = append(body, written[i]...)
	}
	for _, outer := range slices.Backward(blocks[1:]) {
		body = []jen.Code{jen.Block(append(outer, body...)...)}
	}
	return append(blocks[0], body...)
}

func (u *unit) receiver() *jen.Statement {
	return jen.Id(u.names.recv).Op("*").Add(u.future(u.m))
}

// dispatch jumps to the await at which the machine stands.
func (u *unit) dispatch(b *bodyWriter) []jen.Code {
	m, n := u.m, u.names
	state := jen.Id(n.recv).Dot(n.state)
	enter := func(code ...jen.Code) []jen.Code {
		if m.Exit {
			return append([]jen.Code{jen.Id(n.recv).Dot(n.state).Op("=").Id(u.pn.running)}, code...)
		}
		return code
	}
	clauses := []jen.Code{jen.Case(jen.Id(u.pn.start)).Block(enter()...)}
	for _, st := range m.States {
		clauses = append(clauses, jen.Case(jen.Id(u.pn.states[st])).Block(enter(b.goTo(st.Block))...))
	}
	if m.ExitState != nil {
		clauses = append(clauses, jen.Case(jen.Id(u.pn.states[m.ExitState])).Block(enter(b.goTo(m.ExitBlock))...))
	}
	if isStream(m.Func) {
		return u.dispatchStream(clauses)
	}
	clauses = append(clauses, jen.Default().Block(
		u.panicCompleted(u.pkg.Name+"."+m.Func.Names.Func)))
	return []jen.Code{jen.Switch(state).Block(clauses...)}
}

// topVars declares the locals that several blocks share.
func (u *unit) topVars() []jen.Code {
	var out []jen.Code
	var vars []*lower.Var
	for _, v := range u.m.Vars {
		if v.Storage == lower.Top {
			out = append(out, u.declareLocal(v))
			vars = append(vars, v)
		}
	}
	for _, v := range vars {
		if !v.Read {
			out = append(out, jen.Id("_").Op("=").Id(u.names.vars[v]))
		}
	}
	return out
}
