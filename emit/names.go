package emit

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

// This file is the only one that invents identifiers. A name of the user is kept; where
// it would mean two things, a number is added to ours or, if a variable has moved to where
// others can see it, to the variable's.

// ownLocals are parameters, results and variables of methods that are written here whole, and so
// see no names of the user but those of types: [unit.own] has what they are called. Type parameters
// make way for them.
var ownLocals = []string{"cx", "k", "m", "next", "ok", "p", "s", "top", "up", "v", "w"}

// own is what one of [ownLocals] is called: that name, unless a package is imported under it.
func (u *unit) own(name string) string {
	if !slices.Contains(ownLocals, name) {
		panic("emit: " + name + " is not among ownLocals")
	}
	for own, n := name, 2; ; own, n = name+strconv.Itoa(n), n+1 {
		if !u.aliases[own] {
			return own
		}
	}
}

// A scope hands out names that are free in it.
type scope struct {
	taken map[string]bool
	// next holds, for what was asked for and taken, the first number that may be free: names stay
	// taken, and a large function asks for thousands of a kind.
	next map[string]int
	// awaits holds what stands before "Await" in the taken names, for [prefixFor]: packages
	// have hundreds of functions. It is nil until somebody needs it.
	awaits map[string]bool
	yields map[string]bool // likewise for "Yield" and "Range"
}

func newScope() *scope { return &scope{taken: map[string]bool{}, next: map[string]int{}} }

// pick gives base, with a number if it is taken, and takes it.
func (s *scope) pick(base string) string {
	name := base
	if s.taken[base] {
		n := max(2, s.next[base])
		for ; ; n++ {
			if name = base + strconv.Itoa(n); !s.taken[name] {
				break
			}
		}
		s.next[base] = n + 1
	}
	s.taken[name] = true
	return name
}

func (s *scope) take(names ...string) {
	for _, n := range names {
		s.taken[n] = true
		s.noteAwait(n)
	}
}

// noteAwait adds the parts of a name before "Await", wherever that occurs in it, and before
// what states of generators are called.
func (s *scope) noteAwait(name string) {
	if s.awaits == nil {
		return
	}
	for i := range name {
		switch rest := name[i:]; {
		case strings.HasPrefix(rest, "Await"):
			s.awaits[name[:i]] = true
		case strings.HasPrefix(rest, "Yield"), strings.HasPrefix(rest, "Range"):
			s.yields[name[:i]] = true
		}
	}
}

// packageNames are the package-level identifiers of one machine besides those that parse
// has fixed.
type packageNames struct {
	state   string // type of the state field
	prefix  string // of the constants
	start   string
	running string
	done    string
	states  map[*lower.State]string
}

// packageScope is the scope of all generated package-level names of a package.
func packageScope(p *parse.Package) *scope {
	s := newScope()
	s.take(types.Universe.Names()...)
	s.take(p.Types.Scope().Names()...)
	for _, f := range p.Files {
		for _, imp := range f.Syntax.Imports {
			if imp.Name != nil {
				s.take(imp.Name.Name)
			} else {
				path, _ := strconv.Unquote(imp.Path.Value)
				s.take(path[strings.LastIndexByte(path, '/')+1:])
			}
		}
	}
	var lits func(fn *parse.Func)
	lits = func(fn *parse.Func) {
		s.take(fn.Names.Constructor, fn.Names.Future, fn.Names.Result)
		if isStream(fn) {
			s.take(fn.Names.Base+"Next", fn.Names.Base+"Stop")
		}
		for _, l := range slices.Concat(fn.Lits, fn.Closures) {
			lits(l)
		}
	}
	for _, fn := range p.Funcs {
		lits(fn)
	}
	return s
}

// prefixFor finds the prefix of the constants of fn: one under which none of them is taken.
func prefixFor(s *scope, fn *parse.Func) string {
	if s.awaits == nil {
		s.awaits, s.yields = map[string]bool{}, map[string]bool{}
		for name := range s.taken {
			s.noteAwait(name)
		}
	}
	base := parse.LowerFirst(fn.Names.Base)
	prefix := base
	for n := 2; ; n++ {
		fixed := []string{prefix + "State", prefix + "Start", prefix + "Done", prefix + "Running"}
		free := !s.awaits[prefix]
		if fn.Gen != nil {
			fixed = append(fixed, prefix+"Root", prefix+"Inner")
			free = free && !s.yields[prefix]
		}
		if free && !slices.ContainsFunc(fixed, func(name string) bool { return s.taken[name] }) {
			s.take(fixed...)
			return prefix
		}
		prefix = base + strconv.Itoa(n)
	}
}

func newPackageNames(prefix string, m *lower.Machine) *packageNames {
	pn := &packageNames{
		state: prefix + "State", prefix: prefix,
		start: prefix + "Start", running: prefix + "Running", done: prefix + "Done",
		states: map[*lower.State]string{},
	}
	s := newScope()
	for _, st := range m.States {
		name := "Yield"
		if child := st.Block.Await.Child; child != nil {
			name = "Await" + parse.UpperFirst(child.Hint)
			if child.IsSpare() {
				name = "Range" + parse.UpperFirst(child.Hint)
			}
		}
		pn.states[st] = prefix + s.pick(name)
	}
	if m.ExitState != nil {
		pn.states[m.ExitState] = prefix + s.pick("AwaitDefers")
	}
	return pn
}

// frameNames are the identifiers inside of one machine.
type frameNames struct {
	recv, cx, poll   string
	out, cancelState string                 // result of Poll, local of Cancel
	members          *scope                 // fields and methods
	vars             map[*lower.Var]string  // of locals of Poll, and of aliases of the frame's
	fields           map[*lower.Slot]string // of the frame
	state, defers    string
	polled           string // the context of the poll, for deferred calls; "" if none needs it
	unwinding        string // of a deferred literal: the deferred calls that it is one of
	up               string
	stepping         string // of a stream: the method that runs it
	finish, leave    string
	decls            map[types.Object]string // constants and types that moved to the top of Poll
	scoped           map[types.Object]bool   // local types of one name: see typeNest
	structs          []structAlias           // what embeds them
	labels           map[*lower.Block]string
	inner            *scope // every identifier that means something inside of Poll
}

// newFrameNames names everything in m. all holds the identifiers that its function is
// written with; a variable keeps its name if every identifier of that spelling means it or
// something that a statement declares for itself.
func newFrameNames(m *lower.Machine, fileScope *scope) *frameNames {
	n := &frameNames{
		vars:   map[*lower.Var]string{},
		fields: map[*lower.Slot]string{},
		decls:  map[types.Object]string{},
		scoped: map[types.Object]bool{},
		labels: map[*lower.Block]string{},
		inner:  newScope(),
	}
	spelled := spellings(m)
	for name := range fileScope.taken {
		n.inner.take(name)
	}
	outer := map[string]bool{} // spellings that mean something besides variables
	for name, objs := range spelled {
		for obj := range objs {
			if v, ok := obj.(*types.Var); ok && (v.IsField() || isLocalVar(v, m)) {
				continue
			}
			outer[name] = true
		}
	}
	invented := newScope()
	for name := range n.inner.taken {
		invented.take(name)
	}
	for name := range spelled {
		invented.take(name)
	}
	n.recv, n.poll = invented.pick("f"), invented.pick("p")
	if m.Walk != nil {
		n.cx = invented.pick("root")
	} else {
		n.cx = invented.pick("cx")
	}
	n.out, n.cancelState = invented.pick("out"), invented.pick("state")
	n.inner.take(n.recv, n.cx, n.poll, n.out)
	for _, g := range m.Decls {
		n.hoisted(m, g, spelled, invented)
	}
	for _, v := range m.Vars {
		base := varBase(v)
		if v.Obj != nil && !outer[base] && !n.inner.taken[base] {
			n.vars[v] = base
		} else {
			n.vars[v] = invented.pick(base)
		}
		n.inner.take(n.vars[v])
		invented.take(n.vars[v])
	}
	n.inner = invented
	n.nameFields(m)
	n.nameLabels(m)
	return n
}

// isLocalVar reports whether v is declared in the function of m or in one around it.
func isLocalVar(v *types.Var, m *lower.Machine) bool {
	return v.Pkg() != nil && v.Parent() != v.Pkg().Scope()
}

// spellings collects the identifiers of the function and what they stand for.
func spellings(m *lower.Machine) map[string]map[types.Object]bool {
	out := map[string]map[types.Object]bool{}
	fn := m.Func
	var root ast.Node = fn.Decl
	if fn.Lit != nil {
		root = fn.Lit
	}
	ast.Inspect(root, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if out[id.Name] == nil {
				out[id.Name] = map[types.Object]bool{}
			}
			if obj := fn.Pkg.Info.ObjectOf(id); obj != nil {
				out[id.Name][obj] = true
			}
		}
		return true
	})
	return out
}

func isType(obj types.Object) bool {
	_, ok := obj.(*types.TypeName)
	return ok
}

// hoisted names the constants and types of a declaration that moves to the top of Poll.
func (n *frameNames) hoisted(m *lower.Machine, g *ast.GenDecl, spelled map[string]map[types.Object]bool, invented *scope) {
	info := m.Func.Pkg.Info
	name := func(id *ast.Ident) {
		obj := info.Defs[id]
		if obj == nil || id.Name == "_" {
			return
		}
		free := !n.inner.taken[id.Name]
		for other := range spelled[id.Name] {
			if other != obj && other.Parent() != nil && other.Pkg() != nil && other.Parent() == other.Pkg().Scope() {
				free = false
			}
		}
		if free {
			n.decls[obj] = id.Name
			n.inner.take(id.Name)
			return
		}
		for first, given := range n.decls {
			if isType(first) && isType(obj) && first.Name() == id.Name && (given == id.Name || n.scoped[first]) {
				n.scoped[first], n.scoped[obj] = true, true
				if given == id.Name {
					n.decls[first] = invented.pick(id.Name)
				}
				break
			}
		}
		n.decls[obj] = invented.pick(id.Name)
	}
	for _, spec := range g.Specs {
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			for _, id := range spec.Names {
				name(id)
			}
		case *ast.TypeSpec:
			name(spec.Name)
		}
	}
}

// inherit names, in a literal, what a function around it declares as name.
func (n *frameNames) inherit(obj types.Object, name string) string {
	for _, other := range n.decls {
		if other == name {
			return n.inner.pick(name)
		}
	}
	for _, other := range n.vars {
		if other == name {
			return n.inner.pick(name)
		}
	}
	n.inner.take(name)
	return name
}

// varBase is the name that a variable would like to have. Futures and generators are called after
// functions, whose names may be keywords when their first letter is in lower case.
func varBase(v *lower.Var) string {
	name := wished(v)
	if token.IsKeyword(name) {
		return name + "Future"
	}
	return name
}

func wished(v *lower.Var) string {
	switch {
	case v.Obj != nil && v.Obj.Name() != "" && v.Obj.Name() != "_":
		return v.Obj.Name()
	case v.Kind == lower.Result:
		return "r"
	case v.Kind == lower.Child:
		return parse.LowerFirst(v.Hint)
	case v.Kind == lower.Temp && v.Hint != "":
		return parse.LowerFirst(v.Hint) + "Value"
	case v.Hint != "":
		return v.Hint
	}
	return "tmp"
}

// nameFields names the fields of the frame after the first variable of each slot.
func (n *frameNames) nameFields(m *lower.Machine) {
	s := newScope()
	n.members = s
	if m.Walk != nil {
		s.take("top", "up", "step", "outer", "refuse", "handOn")
		if m.Walk.Unwinds {
			s.take("running", "resume", "levels", "level", "Enter")
		}
	}
	if isStream(m.Func) {
		// The futures of Next and Stop are the frame under other names, with methods of their own.
		s.take("Stream", "Ask", "Asked", "Answer", "Withdraw", "BeginStop", "Poll", "Await", "Cancel", "Where")
	}
	if m.Func.Gen != nil {
		s.take("Gen", "Next", "Stop", "InLoop", "Leave", "Left", "Yields", "More", "Panic", "Abandon", "Exit", "Exits", "Recovered")
	} else {
		s.take("Pin", "Poll", "Await", "Cancel", "Where")
	}
	n.state, n.finish, n.leave = "state", "finish", "leave"
	wanted := map[string]bool{}
	for _, slot := range m.Slots {
		wanted[varBase(slot.Vars[0])] = true
	}
	ours := func(base string) string {
		name := base
		for k := 2; wanted[name] || s.taken[name]; k++ {
			name = base + strconv.Itoa(k)
		}
		s.take(name)
		return name
	}
	n.state, n.finish, n.leave = ours("state"), ours("finish"), ours("leave")
	n.defers, n.up, n.unwinding = ours("defers"), ours("up"), ours("unwinding")
	n.stepping = ours("poll")
	if needsPolled(m) {
		n.polled = ours("polled")
	}
	for _, slot := range m.Slots {
		n.fields[slot] = s.pick(varBase(slot.Vars[0]))
	}
}

// nameLabels names the blocks after what they are for.
func (n *frameNames) nameLabels(m *lower.Machine) {
	s := newScope()
	ast.Inspect(m.Func.Body, func(c ast.Node) bool {
		if l, ok := c.(*ast.LabeledStmt); ok {
			s.take(l.Label.Name)
		}
		return true
	})
	kinds := map[string]string{}
	for _, b := range m.Blocks {
		base := b.Kind
		if b.Await != nil && b.Await.Child != nil && !b.Await.Child.IsSpare() {
			base = "await" + parse.UpperFirst(b.Await.Child.Hint)
		}
		if kinds[base] == "" {
			parts := strings.Split(base, ".")
			for i := range parts[1:] {
				parts[i+1] = parse.UpperFirst(parts[i+1])
			}
			kinds[base] = strings.Join(parts, "")
		}
		name := kinds[base]
		if token.IsKeyword(name) {
			name += "Body"
		}
		n.labels[b] = s.pick(name)
	}
}
