package lower

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// WriteTo prints the machine: what it keeps, then its blocks. It is what -dump=ir shows
// and what stands in the goldens.
func (m *Machine) WriteTo(w io.Writer) (int64, error) {
	p := &printer{m: m, names: map[*Var]string{}}
	p.nameVars()
	fmt.Fprintf(&p.out, "func %s\n", m.Func.Names.Func)
	for _, v := range m.Vars {
		if v.Slot != nil {
			p.frameVar(v)
		}
	}
	if gen := m.Func.Gen; gen != nil && gen.Coroutine != nil {
		p.line("coroutine: %s at %s:%d", gen.Coroutine.Why, filepath.Base(m.Func.File.Path), m.Func.Pkg.Fset.Position(gen.Coroutine.Pos).Line)
	} else {
		for _, b := range m.Blocks {
			p.block(b)
		}
	}
	n, err := io.WriteString(w, p.out.String())
	total := int64(n)
	for _, lit := range slices.Concat(m.Lits, m.Closures) {
		if err != nil {
			break
		}
		var k int64
		k, err = lit.WriteTo(w)
		total += k
	}
	return total, err
}

type printer struct {
	m     *Machine
	out   strings.Builder
	names map[*Var]string
}

// nameVars gives every variable a name of its own: that of the source, with a number where
// there are several.
func (p *printer) nameVars() {
	if p.m.Parent != nil {
		outer := &printer{m: p.m.Parent, names: p.names}
		outer.nameVars()
	}
	taken := map[string]int{}
	for _, v := range p.m.Vars {
		base := v.Hint
		if v.Obj != nil {
			base = v.Obj.Name()
		}
		if base == "" || base == "_" {
			base = "r"
		}
		if v.Kind == Temp || v.Kind == Hidden || v.Kind == Child {
			base = "%" + base
		}
		taken[base]++
		if n := taken[base]; n > 1 {
			base = fmt.Sprintf("%s.%d", base, n)
		}
		p.names[v] = base
	}
}

func (p *printer) name(v *Var) string {
	if v == nil {
		return "_"
	}
	return p.names[v]
}

var storageNames = map[Storage]string{Field: "field", Cell: "cell", Boxed: "box"}

func (p *printer) frameVar(v *Var) {
	var over []string
	for _, st := range v.Keeps {
		over = append(over, fmt.Sprint(st.Index))
	}
	fmt.Fprintf(&p.out, "\t%s %s #%d %s", storageNames[v.Storage], p.name(v), v.Slot.Index, p.typeOf(v))
	if len(over) > 0 && v.Kind != Child {
		fmt.Fprintf(&p.out, " over %s", strings.Join(over, " "))
	}
	p.out.WriteByte('\n')
}

func (p *printer) typeOf(v *Var) string {
	qual := types.RelativeTo(p.m.Func.Pkg.Types)
	switch {
	case v.Lit != nil:
		return "machine " + v.Lit.Func.Names.Func
	case v.Runtime != "":
		var args []string
		for _, t := range v.TypeArgs {
			args = append(args, types.TypeString(t, qual))
		}
		return "rt." + v.Runtime + "[" + strings.Join(args, ", ") + "]"
	}
	return types.TypeString(v.Type, qual)
}

func (p *printer) block(b *Block) {
	fmt.Fprintf(&p.out, "b%d %s:", b.Index, b.Kind)
	if len(b.Preds) > 0 {
		preds := map[int]bool{}
		for _, q := range b.Preds {
			preds[q.Index] = true
		}
		fmt.Fprintf(&p.out, " ←")
		for _, i := range slices.Sorted(func(yield func(int) bool) {
			for i := range preds {
				if !yield(i) {
					return
				}
			}
		}) {
			fmt.Fprintf(&p.out, " b%d", i)
		}
	}
	p.out.WriteByte('\n')
	if a := b.Await; a != nil {
		p.await(a)
	}
	if st := p.m.ExitState; st != nil && st.Block == b {
		p.state(st, b.Pos)
	}
	for _, it := range b.Items {
		p.line("%s", p.item(it))
	}
	p.line("%s", p.term(b.Term))
}

func (p *printer) line(format string, args ...any) {
	fmt.Fprintf(&p.out, "\t"+format+"\n", args...)
}

func (p *printer) await(a *Await) {
	p.state(a.State, a.Call.Call.Pos())
	line := "await " + p.name(a.Child)
	switch {
	case a.Child == nil:
		line = "resumed"
	case a.Child.spare:
		line = p.name(a.Child) + " has ended"
	}
	if a.Result != nil && (a.Child != nil || a.Result[0] != nil) {
		line = p.vars(a.Result) + assignOp(a.Define) + line
	}
	p.line("%s", line)
}

func (p *printer) state(st *State, pos token.Pos) {
	at := p.m.Func.Pkg.Fset.Position(pos)
	var keeps []string
	for _, v := range st.Keeps {
		if v.Kind != Child {
			keeps = append(keeps, p.name(v))
		}
	}
	p.line("state %d at %s:%d keeps %s", st.Index, filepath.Base(p.m.Func.File.Path), at.Line, cmp.Or(strings.Join(keeps, " "), "nothing"))
	for _, v := range st.Clear {
		p.line("clear %s when suspended", p.name(v))
	}
}

func assignOp(define bool) string {
	if define {
		return " := "
	}
	return " = "
}

func (p *printer) vars(list []*Var) string {
	var out []string
	for _, v := range list {
		out = append(out, p.name(v))
	}
	return strings.Join(out, ", ")
}

func (p *printer) item(it Item) string {
	switch it := it.(type) {
	case *Stmt:
		s := p.source(it.Node, false)
		for _, t := range p.m.jumpsIn(it) {
			s += fmt.Sprintf(" | b%d", t.Index)
		}
		return s
	case *Set:
		x := p.expr(it.Src)
		if src, ok := it.Src.(Source); ok && Defines(p.m, src.X, it.Dst) {
			x = p.source(src.X, true)
		}
		return p.vars(it.Dst) + assignOp(it.Define) + x
	case *Store:
		var dst, src []string
		for i, e := range it.Dst {
			dst, src = append(dst, p.source(e, false)), append(src, p.expr(it.Src[i]))
		}
		return strings.Join(dst, ", ") + " = " + strings.Join(src, ", ")
	case *New:
		return "new " + p.name(it.Var)
	case *Renew:
		return "renew " + p.name(it.Var)
	case *Start:
		how := "start "
		if !it.Await.ByValue() {
			how = "start through pointer "
		}
		line := p.name(it.Await.Child) + " = " + how + p.future(it.Await)
		for i, part := range it.Await.Kept() {
			line += []string{" with ", ", "}[min(i, 1)] + p.name(part.Var)
		}
		return line
	case *Yield:
		var args []string
		for _, e := range it.Await.Call.Call.Args {
			args = append(args, p.source(e, false))
		}
		return strings.TrimSpace("yield " + strings.Join(args, ", "))
	case *Open:
		how := "open "
		if !it.ByValue() {
			how = "open through pointer "
		}
		return p.name(it.Iter) + " = " + how + p.source(it.Loop.Call, false)
	case *Ask:
		what := "next of "
		if it.Await.Result == nil {
			what = "stop of "
		}
		return p.name(it.Await.Child) + " = " + what + p.name(it.Iter)
	case *Delegate:
		return p.name(it.Await.Child) + " = delegate to " + p.source(it.Loop.Call, false)
	case *BeginLoop:
		return "begin " + p.name(it.Iter)
	case *EndLoop:
		return "end " + p.name(it.Iter)
	}
	return fmt.Sprintf("%T", it)
}

func (p *printer) future(a *Await) string {
	if a.Call.Operand != nil {
		return p.source(a.Call.Operand, false)
	}
	var args []string
	for _, e := range a.Call.Args() {
		args = append(args, p.source(e, false))
	}
	return a.Lit.Func.Names.Func + "(" + strings.Join(args, ", ") + ")"
}

func (p *printer) expr(x Expr) string {
	switch x := x.(type) {
	case Source:
		return p.source(x.X, false)
	case Ref:
		return p.name(x.Var)
	case Const:
		return x.Text
	case Binary:
		return p.expr(x.X) + " " + x.Op.String() + " " + p.expr(x.Y)
	case Len:
		return "len(" + p.expr(x.X) + ")"
	case Index:
		return p.expr(x.X) + "[" + p.expr(x.I) + "]"
	case Receive:
		return "<-" + p.expr(x.X)
	case Runtime:
		var args []string
		for _, a := range x.Args {
			args = append(args, p.expr(a))
		}
		return "rt." + x.Name + "(" + strings.Join(args, ", ") + ")"
	case Iterator:
		return p.name(x.Var)
	case Method:
		return p.name(x.Var) + "." + x.Name + "()"
	}
	return fmt.Sprintf("%T", x)
}

func (p *printer) term(t Term) string {
	list := func(blocks []*Block) string {
		var out []string
		for _, b := range blocks {
			out = append(out, fmt.Sprintf("b%d", b.Index))
		}
		return strings.Join(out, " ")
	}
	switch t := t.(type) {
	case *Jump:
		return fmt.Sprintf("→ b%d", t.To.Index)
	case *If:
		return fmt.Sprintf("%s → b%d | b%d", p.expr(t.Cond), t.Then.Index, t.Else.Index)
	case *Switch:
		tag := ""
		if t.Stmt.Tag != nil {
			tag = p.source(t.Stmt.Tag, false) + " "
		}
		return fmt.Sprintf("switch %s→ %s | b%d", tag, list(t.Bodies), t.Else.Index)
	case *TypeSwitch:
		return fmt.Sprintf("switch %s.(type) → %s | b%d", p.source(TypeSwitchOperand(t.Stmt), false), list(t.Bodies), t.Else.Index)
	case *Select:
		return "select → " + list(t.Bodies)
	case *Return:
		s := "return"
		if t.Stmt != nil {
			s = p.source(t.Stmt, false)
		}
		if t.To != nil {
			s += fmt.Sprintf(" → b%d", t.To.Index)
		}
		return s
	case *Exit:
		if p.m.AwaitsExit {
			return "await deferred calls, complete"
		}
		return "run deferred calls, complete"
	case *Stop:
		return "stop"
	}
	return fmt.Sprintf("%T", t)
}

// source is the text of a node on one line, with the names of the temporaries that stand
// for its parts; parts says that n itself is not one of those.
func (p *printer) source(n ast.Node, parts bool) string {
	file := p.m.Func.File
	text := file.Source
	at := file.Offset(n.Pos())
	var b strings.Builder
	ast.Inspect(n, func(c ast.Node) bool {
		if s, ok := c.(ast.Stmt); ok && c != n && p.m.Drop[s] {
			b.Write(text[at:file.Offset(c.Pos())])
			at = file.Offset(c.End())
			return false
		}
		e, ok := c.(ast.Expr)
		if !ok || parts && c == n || p.m.Temps[e] == nil {
			return true
		}
		b.Write(text[at:file.Offset(c.Pos())])
		b.WriteString(p.vars(p.m.Temps[e]))
		at = file.Offset(c.End())
		return false
	})
	b.Write(text[at:file.Offset(n.End())])
	return strings.Join(strings.Fields(b.String()), " ")
}
