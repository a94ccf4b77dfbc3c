package emit

import (
	"go/token"
	"go/types"
	"regexp"
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// whereMethod writes Where, by which a task that waits can be asked at which await. It is the
// table of states once more, for the program: what each waits for is asked in turn.
//
//	func (f *fetchFuture) Where(w *rt.Where) {
//		switch rt.Standing(w, f.state, 47, 39) {
//		case fetchStart:
//			w.At("fetch.Fetch", "fetch.go:9")
//		case fetchAwaitDial:
//			w.At("fetch.Fetch", "fetch.go:12", &f.dial)
//		…
//		}
//	}
//
// While Poll runs the state is an old one: it is stored when the machine suspends. A panic
// leaves the lines of the stack instead, so Standing is told how far above its own line the
// labels of the awaits stand, see labelLines.
func (u *unit) whereMethod() {
	if !u.waits() {
		return
	}
	m, n, w := u.m, u.names, jen.Id(u.own("w"))
	f := jen.Id(n.recv)
	at := func(st *lower.State, pos string, future ...jen.Code) jen.Code {
		args := []jen.Code{jen.Lit(u.pkg.Name + "." + m.Func.Names.Func), jen.Lit(pos)}
		return jen.Case(jen.Id(u.pn.states[st])).Block(jen.Add(w).Dot("At").Call(append(args, future...)...))
	}
	clauses := []jen.Code{jen.Case(jen.Id(u.pn.start)).Block(
		jen.Add(w).Dot("At").Call(jen.Lit(u.pkg.Name+"."+m.Func.Names.Func), jen.Lit(u.where(funcPos(m.Func)))))}
	standing := []jen.Code{w, jen.Add(f).Dot(n.state)}
	for _, st := range m.States {
		await := st.Block.Await
		var child []jen.Code
		if await.Child != nil {
			child = append(child, u.reference(await))
		}
		clauses = append(clauses, at(st, u.where(await.Call.Call.Pos()), child...))
		standing = append(standing, u.linesUpTo(st.Block))
	}
	if st := m.ExitState; st != nil {
		clauses = append(clauses, at(st, u.where(m.Func.Body.Rbrace), jen.Op("&").Add(f).Dot(n.defers)))
		standing = append(standing, u.linesUpTo(m.ExitBlock))
	}
	u.out.Comment("Where tells at which await the machine stands.")
	u.out.Func().Params(u.receiver()).Id("Where").Params(jen.Add(w).Op("*").Add(u.rt(symWhere))).Block(
		jen.Switch(u.rt(symStanding).Call(standing...)).Block(clauses...))
}

// funcPos is where a function is declared, or a literal stands.
func funcPos(fn *parse.Func) token.Pos {
	if fn.Decl != nil {
		return fn.Decl.Name.Pos()
	}
	return fn.Body.Lbrace
}

// Which lines of the generated file labels stand on is known only when it is complete. Until
// then a mark behind the label, in a comment, and another in place of the number refer to each
// other.
const (
	labelMark = " asyncgen-label:"
	linesMark = "asyncgenLinesUpTo"
)

// labelComment is the comment behind the label of an await, with a mark.
func (u *unit) labelComment(blk *lower.Block, pos token.Pos) string {
	u.labels[blk] = len(u.labels)
	return u.where(pos) + labelMark + strconv.Itoa(u.labels[blk])
}

// linesUpTo is a mark for the number of lines from where it stands up to the label of blk.
func (u *unit) linesUpTo(blk *lower.Block) jen.Code {
	return jen.Id(linesMark + strconv.Itoa(u.labels[blk]))
}

var linesMarks = regexp.MustCompile(linesMark + `(\d+)`)

// labelLines puts numbers in the place of the marks.
func labelLines(src []byte) []byte {
	at := map[string]int{}
	lines := strings.SplitAfter(string(src), "\n")
	for i, l := range lines {
		if before, mark, ok := strings.Cut(l, labelMark); ok {
			at[strings.TrimSpace(mark)], lines[i] = i, before+"\n"
		}
	}
	for i, l := range lines {
		lines[i] = linesMarks.ReplaceAllStringFunc(l, func(mark string) string {
			return strconv.Itoa(i - at[strings.TrimPrefix(mark, linesMark)])
		})
	}
	return []byte(strings.Join(lines, ""))
}

// waits reports whether there are states to tell of.
func (u *unit) waits() bool { return len(u.m.States) > 0 || u.m.ExitState != nil }

// reference writes a future as the runtime can ask it: by its address, where the frame holds
// the future itself.
func (u *unit) reference(a *lower.Await) *jen.Statement {
	field := u.field(a.Child, 0)
	if a.Child.Storage == lower.Boxed {
		return field // an any, which holds the future or the address
	}
	value := a.ByValue()
	if !value {
		switch a.Child.Type.Underlying().(type) {
		case *types.Pointer, *types.Interface: // the latter also for a type parameter
		default:
			value = true
		}
	}
	if value {
		return jen.Op("&").Add(field)
	}
	return field
}
