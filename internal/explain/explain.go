package explain

import (
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"

	"github.com/asyncgen/asyncgen/emit"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

// An Explanation is all that is shown of one function: its machine, and those of the literals
// in it that became machines too.
type Explanation struct {
	Name      string // of the function, as in Client.Get
	Machines  []*Machine
	Source    *Text
	Generated *Text
}

// A Machine is one state machine.
type Machine struct {
	Func, Future string
	Kind         string // what it is, in a few words
	Where        string // file and line of the function
	Coroutine    string // why it is no state machine but a coroutine; empty if it is one
	States       []*State
	Edges        []Edge
	Fields       []*Field
	Size         int64 // of the frame in bytes, or Unknown
}

// Unknown is a size that depends on type arguments.
const Unknown = -1

// A State is a place where the machine can stand.
type State struct {
	Name     string
	Role     Role
	WaitsFor string // of a Suspended one
	Where    string // file and line of its await
	Line     int    // likewise, 0 for the others
	Keeps    []*Field
	Bytes    int64    // of what is kept and of the future that is awaited, or Unknown
	Holds    []string // tags of the variables that it keeps, and of the future that it waits for
	Tag      string
}

// Role says what kind of state one is.
type Role int

const (
	Start     Role = iota // nothing has run yet
	Suspended             // at an await
	Done                  // the function has ended
)

// An Edge says that control can get from one state to another without a third in between.
type Edge struct{ From, To *State }

// A Field is a part of the frame.
type Field struct {
	Name, Type   string
	Why          string // what it is for, as in the comment of the generated file
	Offset, Size int64  // in bytes, or Unknown
	Child        bool   // it is a future that is awaited
	Over         []*State
	Tags         []string
}

// Input is what the compiler knows of the file that a function stands in.
type Input struct {
	File    *parse.File
	Emitted *emit.Explained
	Package *types.Package // type-checked with the generated files, for sizes; nil if there is none
	Sizes   types.Sizes
}

// A builder makes one Explanation.
type builder struct {
	in       Input
	machines []*lower.Machine
	made     map[*lower.Machine]*Machine
	fields   map[*lower.Slot]*Field
	states   map[*lower.State]*State
	text     *Text          // the source, once it is cut
	vars     map[any]string // tags, by *types.Var or, for what the source has no name for, *lower.Var
}

// New explains the machine m of in, and those inside it.
func New(in Input, m *lower.Machine) *Explanation {
	b := &builder{
		in: in, machines: within(m),
		made:   map[*lower.Machine]*Machine{},
		fields: map[*lower.Slot]*Field{},
		states: map[*lower.State]*State{},
		vars:   map[any]string{},
	}
	out := &Explanation{Name: m.Func.Names.Func}
	for i, m := range b.machines {
		b.made[m] = b.machine(i, m)
		out.Machines = append(out.Machines, b.made[m])
	}
	b.text = b.source(m)
	out.Source = b.text
	out.Generated = b.generated()
	return out
}

// within lists m and the machines of the literals inside it.
func within(m *lower.Machine) []*lower.Machine {
	out := []*lower.Machine{m}
	for _, lit := range slices.Concat(m.Lits, m.Closures) {
		out = append(out, within(lit)...)
	}
	return out
}

// All lists the machines of functions and those inside them, as [New] takes them.
func All(ms []*lower.Machine) (out []*lower.Machine) {
	for _, m := range ms {
		out = append(out, within(m)...)
	}
	return out
}

func (b *builder) machine(i int, m *lower.Machine) *Machine {
	fn := m.Func
	out := &Machine{Func: fn.Names.Func, Future: fn.Names.Future, Kind: kind(fn), Where: b.where(startOf(fn)), Size: Unknown}
	if fn.Gen != nil && fn.Gen.Coroutine != nil {
		out.Coroutine = fn.Gen.Coroutine.Why
		return out
	}
	b.addFields(out, m)
	b.addStates(out, i, m)
	out.Edges = b.edges(out, m)
	return out
}

// kind says what a function has become.
func kind(fn *parse.Func) string {
	switch {
	case fn.Gen != nil && fn.Gen.Stream:
		return "stream"
	case fn.Gen != nil:
		return "generator"
	case fn.Kind == parse.OnTheSpot:
		return "literal that is called where it stands"
	case fn.Kind == parse.Closure:
		return "closure"
	case fn.Kind == parse.Deferred:
		return "deferred literal"
	}
	return "async function"
}

func startOf(fn *parse.Func) ast.Node {
	if fn.Decl != nil {
		return fn.Decl.Name
	}
	return fn.Lit
}

func (b *builder) where(n ast.Node) string {
	p := b.in.File.Pkg.Fset.Position(n.Pos())
	return filepath.Base(p.Filename) + ":" + itoa(p.Line)
}

// tagOf gives the tag of a variable.
func (b *builder) tagOf(v *lower.Var) string {
	if v.Obj != nil {
		return b.tag(v.Obj)
	}
	return b.tag(v)
}

func (b *builder) tag(key any) string {
	if b.vars[key] == "" {
		b.vars[key] = "v" + itoa(len(b.vars)+1)
	}
	return b.vars[key]
}
