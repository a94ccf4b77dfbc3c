package emit

import (
	"go/types"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// whereMethod writes Where, by which a task that waits can be asked at which await. It is the
// table of states once more, for the program: what each waits for is asked in turn.
//
//	func (f *fetchFuture) Where(w *rt.Where) {
//		switch f.state {
//		case fetchAwaitDial:
//			w.At("fetch.Fetch", "fetch.go:12", &f.dial)
//		}
//	}
func (u *unit) whereMethod() {
	if !u.waits() {
		return
	}
	m, n, w := u.m, u.names, jen.Id("w")
	f := jen.Id(n.recv)
	at := func(st *lower.State, pos string, future ...jen.Code) jen.Code {
		args := []jen.Code{jen.Lit(u.pkg.Name + "." + m.Func.Names.Func), jen.Lit(pos)}
		return jen.Case(jen.Id(u.pn.states[st])).Block(jen.Add(w).Dot("At").Call(append(args, future...)...))
	}
	var clauses []jen.Code
	for _, st := range m.States {
		await := st.Block.Await
		var child []jen.Code
		if await.Child != nil {
			child = append(child, u.reference(await))
		}
		clauses = append(clauses, at(st, u.where(await.Call.Call.Pos()), child...))
	}
	if st := m.ExitState; st != nil {
		clauses = append(clauses, at(st, u.where(m.Func.Body.Rbrace), jen.Op("&").Add(f).Dot(n.defers)))
	}
	u.out.Comment("Where tells at which await the machine stands.")
	u.out.Func().Params(u.receiver()).Id("Where").Params(jen.Add(w).Op("*").Add(u.rt(symWhere))).Block(
		jen.Switch(jen.Add(f).Dot(n.state)).Block(clauses...))
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
