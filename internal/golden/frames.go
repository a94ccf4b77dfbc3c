package golden

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/lower"
)

// A frame is the struct of one machine, measured in the built program, beside what it has
// to hold. Go has no unions, so the futures that a function awaits one after the other
// stand side by side unless they are of one type; everything else that is in the struct
// should be there for a suspension that needs it.
type frame struct {
	name   string
	fields []int // sizes, in bytes
	size   int   // of the struct

	header   int // state, defers and pointers of the runtime, rounded up to a word
	live     int // variables that the fullest suspension keeps
	children int // futures
	at       string
}

// frameSlack is how much larger a frame may be than what it has to hold: fields of
// variables that are live at other suspensions than the fullest, and padding.
const frameSlack = 1.25

const word = 8

// need is what the frame has to hold, in bytes.
func (f *frame) need() int { return f.header + f.live + f.children }

func (f *frame) String() string {
	return fmt.Sprintf("%s %d bytes: %d header, %d live %s, %d children", f.name, f.size, f.header, f.live, f.at, f.children)
}

// measures reads what [twin.Frames] has written: a line for each machine, with its name, its
// size and those of its fields.
func measures(text string) (map[string]*frame, error) {
	out := make(map[string]*frame)
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		f := &frame{name: words[0]}
		for i, w := range words[1:] {
			n, err := strconv.Atoi(w)
			if err != nil {
				return nil, err
			}
			if i == 0 {
				f.size = n
			} else {
				f.fields = append(f.fields, n)
			}
		}
		out[f.name] = f
	}
	return out, nil
}

// use finds out what m needs of its frame. Its slots are the last of the fields, but for the
// small ones, which stand behind the state, the second field.
func (f *frame) use(m *lower.Machine) {
	sizes := make(map[*lower.Slot]int)
	started := make(map[*lower.Slot]bool)
	slots := 0
	for i, s := range m.Slots {
		at := len(f.fields) - len(m.Slots) + i
		if s.Small {
			at = 2 + i
		}
		sizes[s] = f.fields[at]
		slots += f.fields[at]
		switch v := s.Vars[0]; {
		case isFuture(v):
			f.children += sizes[s]
		case v.Kind == lower.Param || v.Kind == lower.Capture:
			started[s] = true
		}
	}
	for _, n := range f.fields {
		f.header += n
	}
	f.header = round(f.header - slots)
	f.children = round(f.children)
	f.suspended(started, sizes, "at the start")
	for _, st := range m.States {
		kept := make(map[*lower.Slot]bool)
		for _, v := range st.Keeps {
			if v.Slot != nil && !isFuture(v) {
				kept[v.Slot] = true
			}
		}
		pos := m.Func.Pkg.Fset.Position(st.Block.Await.Call.Call.Pos())
		f.suspended(kept, sizes, fmt.Sprint("at line ", pos.Line))
	}
}

// isFuture reports whether v is a machine that the frame has inside, or a future.
func isFuture(v *lower.Var) bool { return v.Kind == lower.Child || v.IsMachine() }

// suspended notes what a suspension keeps, if no other keeps more.
func (f *frame) suspended(kept map[*lower.Slot]bool, sizes map[*lower.Slot]int, at string) {
	total := 0
	for s := range kept {
		total += sizes[s]
	}
	if total = round(total); total > f.live || f.at == "" {
		f.live, f.at = total, at
	}
}

func round(n int) int { return (n + word - 1) / word * word }

// frames measures the machines of a case: those of the package in its folder, generic ones
// with the type arguments of their programs.
func (w *Workspace) frames(c *Case, r *Compiled) (out []*frame, err error) {
	text, err := w.driver("-frames", c.Name)
	if err != nil {
		return nil, err
	}
	measured, err := measures(text)
	if err != nil {
		return nil, err
	}
	for _, m := range allMachines(r.machines) {
		if f := measured[m.Func.Names.Future]; f != nil {
			f.use(m)
			out = append(out, f)
		}
	}
	return out, nil
}

// allMachines adds the machines of literals.
func allMachines(ms []*lower.Machine) (out []*lower.Machine) {
	for _, m := range ms {
		out = append(out, m)
		out = append(out, allMachines(slices.Concat(m.Lits, m.Closures))...)
	}
	return out
}

// frameTypes writes the types of the machines for the driver.
func frameTypes(w io.Writer, r *Compiled) {
	args := make(map[string]string) // of the programs, by constructor
	for _, p := range r.programs {
		name, list, generic := strings.Cut(p.twin, "[")
		if _, seen := args[name]; generic && !seen {
			args[name] = "[" + list
		}
	}
	for _, m := range allMachines(r.machines) {
		list := ""
		if m.Func.TypeParams.Len() > 0 {
			top := m
			for top.Outer != nil {
				top = top.Outer
			}
			if list = args[top.Func.Names.Constructor]; list == "" {
				continue
			}
		}
		fmt.Fprintf(w, "\t\treflect.TypeFor[%s%s](),\n", m.Func.Names.Future, list)
	}
}
