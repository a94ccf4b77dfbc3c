package emit

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// machine writes everything that belongs to one function, then the machines of the literals
// inside it.
func (u *unit) machine(m *lower.Machine, prefixes map[*parse.Func]string) {
	u.prepare(m, prefixes)
	u.write(m)
}

// prepare names m and the machines inside it: they refer to each other.
func (u *unit) prepare(m *lower.Machine, prefixes map[*parse.Func]string) {
	pn := newPackageNames(prefixes[m.Func], m)
	shared := u.shareTypes(m)
	s := u.nameScope(m, pn)
	params := u.nameTypeParams(m, s)
	n := newFrameNames(m, s)
	maps.Copy(n.decls, params)
	for outer := m.Outer; outer != nil; outer = outer.Outer {
		for obj, name := range u.all[outer].frame.decls {
			if n.decls[obj] == "" {
				n.decls[obj] = n.inherit(obj, name)
			}
		}
	}
	u.all[m] = &named{frame: n, pkg: pn, shared: shared, typeParams: params}
	u.outside(m)
	for i, lit := range m.Lits {
		u.prepare(lit, prefixes)
		u.all[lit].start = u.all[m].frame.members.pick(fmt.Sprintf("func%d", i+1))
	}
	for _, c := range m.Closures {
		u.prepare(c, prefixes)
	}
}

// nameScope holds the names that generated code uses inside of Poll: imports, constants and
// the types of variables. What the user's code uses is known from its spelling.
func (u *unit) nameScope(m *lower.Machine, pn *packageNames) *scope {
	s := newScope()
	s.take(types.Universe.Names()...)
	s.take(pn.start, pn.running, pn.done)
	for _, name := range pn.states {
		s.take(name)
	}
	for name := range u.aliases {
		s.take(name)
	}
	used := func(t types.Type) {
		lower.Mentions(t, func(n *types.TypeName) bool {
			if n.Pkg() == u.pkg.Types && n.Parent() == u.pkg.Types.Scope() {
				s.take(n.Name())
			}
			return false
		})
	}
	for _, v := range m.Vars {
		for _, t := range append(v.TypeArgs, v.Type) {
			used(t)
		}
	}
	used(m.Func.Sig.Results())
	s.take(m.Func.Names.Result)
	if m.Func.TypeParams.Len() > 0 {
		u.genericScope(m, s, used)
	}
	return s
}

func (u *unit) write(m *lower.Machine) {
	u.m, u.names, u.pn = m, u.all[m].frame, u.all[m].pkg
	u.checkEmbedded(m)
	fn := m.Func
	if isGenerator(fn) {
		u.generator()
		return
	}
	if fn.Decl != nil {
		u.assertion()
		u.constructor()
	}
	u.resultStruct()
	u.sharedTypes()
	u.states()
	u.frameStruct()
	if m.Parent != nil {
		u.starter()
	}
	u.pollMethod()
	if m.Exit {
		u.leaveMethod()
	} else {
		u.finishMethod()
	}
	if isStream(fn) {
		u.stream()
	} else if fn.Decl != nil || fn.Kind == parse.Closure && !m.Joins() {
		u.awaitMethod()
	}
	u.cancelMethod()
	u.whereMethod()
	for _, lit := range slices.Concat(m.Lits, m.Closures) {
		u.write(lit)
	}
}

// assertion makes a stale file fail to compile.
func (u *unit) assertion() {
	fn := u.m.Func
	sig := fn.Obj.Signature()
	f := jen.Id(fn.Decl.Name.Name)
	if recv := sig.Recv(); recv != nil {
		t := u.typ(recv.Type())
		if _, ptr := types.Unalias(recv.Type()).(*types.Pointer); ptr {
			t = jen.Parens(t)
		}
		f = t.Dot(fn.Decl.Name.Name)
		params := []*types.Var{recv}
		for p := range sig.Params().Variables() {
			params = append(params, p)
		}
		sig = types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
	}
	u.out.Commentf("%s has changed since this file was generated if the next line does not compile.", fn.Names.Func)
	if fn.TypeParams.Len() == 0 {
		u.out.Var().Id("_").Func().Add(u.signature(sig)).Op("=").Add(f)
		return
	}
	// A function without a name, which is checked but never called, lends its type parameters.
	if fn.Sig.Recv() == nil {
		f.Add(u.typeArgs())
	}
	u.out.Func().Id("_").Add(u.typeParams()).Params().Block(
		jen.Var().Id("_").Func().Add(u.signature(sig)).Op("=").Add(f))
}

// paramVars gives the variables of receiver and parameters, nil where there is none.
func (u *unit) paramVars() []*types.Var {
	var out []*types.Var
	if r := u.m.Func.Sig.Recv(); r != nil {
		out = append(out, r)
	}
	for p := range u.m.Func.Sig.Params().Variables() {
		out = append(out, p)
	}
	return out
}

// params names the parameters of a constructor and fills the frame with those that are kept.
func (u *unit) params(reserved ...string) (params []jen.Code, recv jen.Code, values jen.Dict) {
	sig := u.m.Func.Sig
	s := newScope()
	s.take(reserved...)
	u.takeTypeParams(s)
	values = jen.Dict{}
	first := 0
	if sig.Recv() != nil {
		first = 1
	}
	for i, p := range u.paramVars() {
		name := p.Name()
		v, _ := u.m.Lookup(p)
		if name == "" || name == "_" {
			name = "_"
		} else {
			name = s.pick(name)
		}
		if v != nil && inFrame(v) {
			x := jen.Id(name)
			if v.Storage == lower.Cell || v.Storage == lower.Boxed {
				x = jen.Op("&").Id(name)
			}
			values[jen.Id(u.names.fields[v.Slot])] = x
		}
		if i < first {
			recv = jen.Id(name).Add(u.typ(p.Type()))
		} else {
			params = append(params, jen.Id(name).Add(u.paramType(sig, i-first)))
		}
	}
	return params, recv, values
}

func (u *unit) constructor() {
	fn := u.m.Func
	if fn.Gen != nil {
		u.iterConstructor()
		return
	}
	params, recv, values := u.params(fn.Names.Future)
	u.out.Commentf("%s makes the future of a call of [%s]. Nothing runs before its first poll.", fn.Names.Constructor, fn.Names.Func)
	s := jen.Func()
	if recv != nil {
		s.Params(recv)
	}
	s.Id(fn.Names.Constructor)
	if recv == nil {
		s.Add(u.typeParams())
	}
	s.Params(params...)
	if fn.Dyn {
		s.Add(u.rt(symFuture).Types(u.valueType(fn)))
	} else {
		u.out.Comment("")
		u.out.Comment("//async:new")
		s.Op("*").Add(u.future(u.m))
	}
	u.out.Add(s.Block(jen.Return(jen.Op("&").Add(u.future(u.m)).Values(values))))
}

// starter writes the method of the frame around that makes the machine of a literal.
func (u *unit) starter() {
	params, _, values := u.params()
	outer := u.all[u.m.Parent]
	child := u.childOf()
	recv := outer.frame.recv
	s := newScope()
	for _, p := range u.paramVars() {
		s.take(p.Name())
	}
	u.takeTypeParams(s)
	recv = s.pick(recv)
	values[jen.Id(u.names.up)] = jen.Id(recv)
	u.out.Commentf("%s starts %s.", u.all[u.m].start, u.m.Func.Names.Func)
	u.out.Func().Params(jen.Id(recv).Op("*").Add(u.future(u.m.Parent))).Id(u.all[u.m].start).Params(params...).Block(
		jen.Id(recv).Dot(outer.frame.fields[child.Slot]).Op("=").Add(u.future(u.m)).Values(values))
}

// childOf finds the variable of the enclosing machine that holds the literal's.
func (u *unit) childOf() *lower.Var {
	for _, v := range u.m.Parent.Vars {
		if v.Lit == u.m {
			return v
		}
	}
	panic("emit: literal without a place")
}

// resultStruct writes the type that carries several results.
func (u *unit) resultStruct() {
	fn := u.m.Func
	values, _ := splitResults(fn.Sig)
	if len(values) < 2 {
		return
	}
	var fields []jen.Code
	for i, name := range resultFields(values) {
		fields = append(fields, jen.Id(name).Add(u.typ(values[i].Type())))
	}
	u.out.Commentf("%s holds the results of [%s].", fn.Names.Result, fn.Names.Func)
	t := u.out.Type().Id(fn.Names.Result).Add(u.typeParams())
	if fn.Dyn {
		// Not a type of its own: every implementation of an interface has the same one.
		t.Op("=")
	}
	t.Struct(fields...)
}

func resultFields(values []*types.Var) []string {
	var names []string
	for _, v := range values {
		names = append(names, v.Name())
	}
	return parse.ResultFields(names)
}

// frameStruct writes the type of the machine, with the table of its states above it.
func (u *unit) frameStruct() {
	m, n, fn := u.m, u.names, u.m.Func
	u.out.Commentf("%s is the state machine of [%s].", fn.Names.Future, fn.Names.Func)
	u.out.Comment("")
	for _, line := range u.stateTable() {
		u.out.Comment("\t" + line)
	}
	begin := symPin
	switch {
	case isStream(fn):
		begin = symStream
	case fn.Gen != nil:
		begin = symGen
	}
	fields := []jen.Code{u.rt(begin), jen.Id(n.state).Id(u.pn.state)}
	if m.Walk != nil {
		fields[0] = u.rootType()
	}
	rest := m.Slots
	for len(rest) > 0 && rest[0].Small {
		fields = append(fields, u.slotField(rest[0]))
		rest = rest[1:]
	}
	if m.Walk != nil {
		fields = append(fields, jen.Id("up").Add(u.innerType()).Comment("the machine with the loop that this one's elements go through"))
	}
	if m.Parent != nil {
		fields = append(fields, jen.Id(n.up).Op("*").Add(u.future(m.Parent)).Comment("frame of the enclosing function"))
	}
	if recoversForOuter(m) {
		fields = append(fields, jen.Id(n.unwinding).Op("*").Add(u.rt(symDefers)).Comment("of the enclosing function"))
	}
	if m.Exit {
		fields = append(fields, jen.Id(n.defers).Add(u.rt(symDefers)))
	}
	if n.polled != "" {
		fields = append(fields, jen.Id(n.polled).Op("*").Add(u.rt(symContext)).Comment("while deferred calls are made in a poll: what they wake others with"))
	}
	for _, slot := range rest {
		fields = append(fields, u.slotField(slot))
	}
	u.out.Type().Id(fn.Names.Future).Add(u.typeParams()).Struct(fields...)
}

func (u *unit) slotField(slot *lower.Slot) *jen.Statement {
	v := slot.Vars[0]
	var t *jen.Statement
	switch v.Storage {
	case lower.Cell:
		t = jen.Op("*").Add(u.varType(v))
	case lower.Boxed:
		t = u.predeclaredType("any")
	default:
		t = u.varType(v)
	}
	return jen.Id(u.names.fields[slot]).Add(t).Comment(u.why(slot))
}

// why says in a few words what a field is for.
func (u *unit) why(slot *lower.Slot) string {
	var parts []string
	for _, v := range slot.Vars {
		what := u.where(v.Pos)
		switch v.Kind {
		case lower.Param:
			if gen := u.m.Func.Gen; gen == nil || !slices.Contains(gen.Inits, v.Obj) {
				what = "parameter"
			}
		case lower.Capture:
			what = "captured"
		case lower.Result:
			what = "result"
		case lower.Child:
			what = "awaited at " + what
		}
		if v != slot.Vars[0] && v.Obj != nil && v.Obj.Name() != slot.Vars[0].Hint && v.Kind == lower.Local {
			what = v.Obj.Name() + " " + what
		}
		if !slices.Contains(parts, what) {
			parts = append(parts, what)
		}
	}
	text := strings.Join(parts, "; ")
	if len(slot.Vars) == 1 {
		switch {
		case slot.Vars[0].Storage == lower.Cell:
			text += ", held by others"
		case slot.Vars[0].Witness != nil:
			text += ", of a type without a name here"
		case len(slot.Vars[0].Keeps) == 1 && slot.Vars[0].Kind != lower.Child:
			text += ", kept over " + u.pn.states[slot.Vars[0].Keeps[0]]
		}
	}
	return text
}

// keeps names the fields that are needed after a suspension.
func (u *unit) keeps(st *lower.State) string {
	var keeps []string
	for _, v := range st.Keeps {
		if v.Slot != nil && v.Kind != lower.Child {
			if name := u.names.fields[v.Slot]; !slices.Contains(keeps, name) {
				keeps = append(keeps, name)
			}
		}
	}
	return strings.Join(keeps, ", ")
}

// finishMethod completes a machine that has nothing to do when its body returns.
func (u *unit) finishMethod() {
	sig := u.m.Func.Sig
	var params, list []jen.Code
	s := newScope()
	s.take(u.names.recv, u.pn.done)
	u.takeTypeParams(s)
	for r := range sig.Results().Variables() {
		name := r.Name()
		if name == "" || name == "_" || u.aliases[name] || u.isTypeName(name) {
			name = "r"
		}
		name = s.pick(name)
		params = append(params, jen.Id(name).Add(u.typ(r.Type())))
		list = append(list, jen.Id(name))
	}
	u.out.Line()
	u.out.Func().Params(u.receiver()).Id(u.names.finish).Params(params...).
		Add(u.rt(symPoll).Types(u.valueType(u.m.Func))).Block(
		jen.Id(u.names.recv).Dot(u.names.state).Op("=").Id(u.pn.done),
		jen.Return(u.finished(list)),
	)
}

// finished builds a ready poll from the results of the function.
func (u *unit) finished(list []jen.Code) *jen.Statement {
	if isStream(u.m.Func) {
		return u.end(u.m.Func)
	}
	values, hasErr := splitResults(u.m.Func.Sig)
	var value jen.Code
	switch len(values) {
	case 0:
		value = jen.Struct().Values()
	case 1:
		value = list[0]
	default:
		value = u.result().Values(list[:len(values)]...)
	}
	if hasErr {
		return u.rt(symFinish).Call(value, list[len(list)-1])
	}
	return u.rt(symReady).Call(value)
}
