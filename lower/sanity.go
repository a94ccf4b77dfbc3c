package lower

import (
	"fmt"
	"go/ast"
)

// sanity checks what must hold after the pass called after. Each check names the mistake
// that it guards against.
func sanity(m *Machine, after string) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("lower: %s, after %s: %s", m.Func.Names.Func, after, fmt.Sprintf(format, args...))
	}
	placed := map[*Block]bool{}
	for i, b := range m.Blocks {
		placed[b] = true
		if b.Index != i {
			return fail("block %d has index %d: jumps between neighbours would be wrong", i, b.Index)
		}
	}
	for _, b := range m.Blocks {
		if b.Term == nil {
			return fail("block %d does not end: control would fall into its neighbour", b.Index)
		}
		for _, s := range b.Succs(m) {
			if !placed[s] {
				return fail("block %d jumps to a block that is not generated", b.Index)
			}
		}
		for _, it := range b.Items {
			if s, ok := it.(*Stmt); ok {
				if call := m.awaitIn(s.Node); call != nil {
					return fail("an await without a state inside a statement: it would block the worker")
				}
			}
		}
		if b.Await != nil && after != "simplify" && b.Await.State == nil {
			return fail("block %d awaits without a state", b.Index)
		}
	}
	if after == "simplify" || after == "state" || after == "live" {
		return nil
	}
	for _, v := range m.Vars {
		if len(v.Keeps) > 0 && v.Storage != Field && v.Storage != Cell && v.Storage != Boxed {
			return fail("a variable lives across a suspension outside of the frame: its value would be lost")
		}
		if v.CellLike() && v.Storage == Field && v.Obj != nil {
			return fail("%s may be held by others but stands in the frame, which can be used again", v.Obj.Name())
		}
		if v.CellLike() && v.Storage == Top {
			return fail("%s may be held by others but stands at the top of Poll", v.Obj.Name())
		}
		if after == "slots" && (v.Storage == Field || v.Storage == Cell || v.Storage == Boxed) && v.Slot == nil {
			return fail("a variable of the frame without a field")
		}
	}
	return nil
}

// awaitIn finds an await in n that no temporary stands for.
func (m *Machine) awaitIn(n ast.Node) *ast.CallExpr {
	var found *ast.CallExpr
	inspectFrame(n, func(c ast.Node) bool {
		if s, ok := c.(ast.Stmt); ok && c != n && m.Drop[s] {
			return false
		}
		if e, ok := c.(ast.Expr); ok && m.Temps[e] != nil {
			return false
		}
		if call, ok := c.(*ast.CallExpr); ok && m.Func.Awaits[call] != nil {
			found = call
		}
		return found == nil
	})
	return found
}
