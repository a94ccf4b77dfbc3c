package parse

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/internal/diag"
)

// Awaited gives the future that a call awaits: the operand x of x.Await(), or f of
// rt.Await(f). It returns nil for any other call. The types decide, never the spelling.
func Awaited(info *types.Info, call *ast.CallExpr) ast.Expr {
	if isRuntimeAwait(info, call) {
		return call.Args[0]
	}
	if sel, _ := awaitSelection(info, call); sel != nil {
		return sel.X
	}
	return nil
}

// FutureValue gives the T of a type that has the method Poll(*rt.Context) rt.Poll[T], or
// nil for a type that is no future.
func FutureValue(typ types.Type) types.Type {
	value, _ := pollOf(typ, false)
	return value
}

// IsTask reports whether a type is that of a spawned task, which runs by itself.
func IsTask(typ types.Type) bool {
	p, ok := types.Unalias(typ).(*types.Pointer)
	return ok && runtimeType(p.Elem(), "Task") != nil
}

// MakesFuture reports whether a call makes a future that does nothing unless somebody
// polls what the call returns. A task is none of these, nor is an await whose result
// happens to be a future, a conversion, a call of new, or a method that gives back its
// receiver.
func MakesFuture(info *types.Info, call *ast.CallExpr) bool {
	typ := info.TypeOf(call)
	if fun := info.Types[call.Fun]; fun.IsType() || fun.IsBuiltin() {
		return false
	}
	if Awaited(info, call) != nil || FutureValue(typ) == nil || IsTask(typ) {
		return false
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		if s := info.Selections[sel]; s != nil && types.Identical(s.Recv(), typ) {
			return false
		}
	}
	return true
}

// Roles says when the function literals of an annotated function run.
type Roles struct {
	lits  map[*ast.FuncLit]role
	calls map[*ast.CallExpr]token.Token
}

// RolesOf looks at all literals below body.
func RolesOf(info *types.Info, body ast.Node) Roles {
	lits, calls := literalRoles(info, body)
	return Roles{lits, calls}
}

// Own reports whether a literal runs as a part of the function that it stands in, so that
// an await in it is one of the function's: it is called on the spot or deferred, or it is a
// closure that becomes a machine. Any other literal is a value, and an await in it blocks
// whoever calls it.
func (r Roles) Own(lit *ast.FuncLit) bool { return r.lits[lit] != anytime }

// Closure reports whether a literal becomes a machine, where it stands in an annotated
// function; in a plain one it runs on a goroutine of its own.
func (r Roles) Closure(lit *ast.FuncLit) bool { return r.lits[lit] == closure }

// Statement gives token.GO or token.DEFER for the call of such a statement, else
// token.ILLEGAL.
func (r Roles) Statement(call *ast.CallExpr) token.Token { return r.calls[call] }

// A Directive is what the directive comment of a declared function asks for.
type Directive struct {
	Verb string // func, gen, stream, new or in
	Dyn  bool   // option dyn
	// Children: option children of new.
	Children bool
	Names    Names // of the twin; empty for new and in
}

// DirectiveOf reads the directive of a declaration. It reports false if there is none, or
// none that can be followed; what is wrong with it is for [Load] to say.
func DirectiveOf(decl *ast.FuncDecl) (d Directive, ok bool) {
	if decl.Doc == nil {
		return d, false
	}
	var found []directive
	for _, c := range decl.Doc.List {
		if dir, ok := parseDirective(c); ok {
			found = append(found, dir)
		}
	}
	if len(found) == 0 {
		return d, false
	}
	if found[0].isMark() {
		return Directive{Verb: found[0].verb, Children: slices.Contains(found[0].options, childrenOption)}, true
	}
	t := newTwin(decl, 0, false, found, &diag.List{Fset: token.NewFileSet()})
	if t == nil {
		return d, false
	}
	return Directive{Verb: t.verb, Dyn: t.dyn, Names: t.names}, true
}

// Body gives the body that the machine of a declaration with this directive has: that of
// the literal that a generator or a stream returns, otherwise its own.
func (d Directive) Body(decl *ast.FuncDecl) *ast.BlockStmt {
	if d.Verb == "gen" || d.Verb == "stream" {
		return returnedLiteral(decl.Body).Body
	}
	return decl.Body
}

// Ambient names what of the runtime package finds its runtime by itself, as
// [RuntimeCallee] does: in an annotated function it is the one that polls the task, elsewhere
// the default.
var Ambient = []string{"Spawn", "Now", "Dump", "Group.Spawn", "Group.Go"}
