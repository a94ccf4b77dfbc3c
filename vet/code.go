package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/asyncgen/asyncgen/parse"
)

// codeAnalyzer reports nothing. It finds the functions of a package, which of them are
// annotated, and tells the packages that import this one what a call of each would mean.
var codeAnalyzer = &analysis.Analyzer{
	Name:       "asyncfacts",
	Doc:        "find annotated functions, and functions that block or use the default runtime",
	Run:        runCode,
	ResultType: reflect.TypeFor[*code](),
	FactTypes:  []analysis.Fact{new(annotated), new(blocks), new(usesDefault)},
}

// annotated is the fact that a function has a twin.
type annotated struct {
	Verb        string // of the directive
	Constructor string // of the twin
	Dyn         bool   // the constructor returns an rt.Future
}

// blocks is the fact that a plain function may keep the goroutine of its caller waiting.
type blocks struct {
	Why string // such as "receives from a channel (queue.go:31)"
}

// usesDefault is the fact that a plain function does something on the default runtime.
type usesDefault struct {
	Why string // such as "calls rt.Spawn (log.go:12)"
}

func (*annotated) AFact()   {}
func (*blocks) AFact()      {}
func (*usesDefault) AFact() {}

func (f *annotated) String() string   { return f.Verb + " with twin " + f.Constructor }
func (f *blocks) String() string      { return "blocks: " + f.Why }
func (f *usesDefault) String() string { return "uses default runtime: " + f.Why }

// code is one package as the analyzers see it. Generated files are no part of it.
type code struct {
	pass  *analysis.Pass
	info  *types.Info
	files []*ast.File
	funcs []*function // in source order
	byObj map[*types.Func]*function
	twins map[member]*function // annotated functions by the constructors of their twins
	// capacity holds the channels that are only ever made with a buffer.
	capacity map[*types.Var]bool
}

// A function is a declared function with a body.
type function struct {
	obj  *types.Func
	decl *ast.FuncDecl
	dir  parse.Directive // verb "" for a plain function
	// body is what runs when the function is called or its machine is polled: that of the
	// returned literal for a generator or a stream.
	body  *ast.BlockStmt
	roles parse.Roles // of the literals in decl

	blocks      *cause // what keeps a caller waiting; of a plain function, nil if nothing does
	usesDefault *cause
}

// A member is a name for a function of a package, or for a method of the type recv.
type member struct {
	recv *types.TypeName
	name string
}

// A cause is the place that makes a function what it is.
type cause struct {
	pos  token.Pos
	what string // what the function does there, such as "receives from a channel"
}

// iterates reports whether the function returns an iterator, and the body is what runs when
// somebody ranges over that.
func (f *function) iterates() bool { return f.dir.Verb == "gen" || f.dir.Verb == "stream" }

// suspends reports whether awaits of the function suspend a machine.
func (f *function) suspends() bool { return f.dir.Verb == "func" || f.dir.Verb == "stream" }

// plain reports whether the function is compiled as it is and no more.
func (f *function) plain() bool { return !f.iterates() && f.dir.Verb != "func" }

func runCode(pass *analysis.Pass) (any, error) {
	c := &code{
		pass:     pass,
		info:     pass.TypesInfo,
		byObj:    make(map[*types.Func]*function),
		twins:    make(map[member]*function),
		capacity: make(map[*types.Var]bool),
	}
	for _, file := range pass.Files {
		if isGenerated(file) {
			continue
		}
		c.files = append(c.files, file)
		for _, d := range file.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && decl.Body != nil {
				c.add(decl)
			}
		}
	}
	// What the standard library does for a moment, such as waiting for a lock, would be
	// taken for blocking: instead there is a list of what does.
	if isStandard(pass) {
		return c, nil
	}
	c.buffered()
	c.findCauses()
	c.export()
	return c, nil
}

func (c *code) add(decl *ast.FuncDecl) {
	obj, ok := c.info.Defs[decl.Name].(*types.Func)
	if !ok {
		return
	}
	f := &function{obj: obj, decl: decl}
	f.dir, _ = parse.DirectiveOf(decl)
	f.body = f.dir.Body(decl)
	f.roles = parse.RolesOf(c.info, f.body)
	c.funcs = append(c.funcs, f)
	c.byObj[obj] = f
	if !f.plain() {
		c.twins[member{receiver(obj), f.dir.Names.Constructor}] = f
	}
}

// isGenerated reports whether asyncgen wrote a file.
func isGenerated(file *ast.File) bool {
	return len(file.Comments) > 0 && file.Comments[0].Pos() < file.Package &&
		parse.IsGenerated([]byte(file.Comments[0].List[0].Text))
}

// isStandard reports whether the package belongs to the standard library. Its import
// paths, and no others, begin with an element without a dot; modules that have no dot in
// their path either are told apart by having one.
func isStandard(pass *analysis.Pass) bool {
	if pass.Pkg.Path() == "command-line-arguments" || pass.Module != nil && pass.Module.Path != "" && pass.Module.Path != "std" {
		return false
	}
	first, _, _ := strings.Cut(pass.Pkg.Path(), "/")
	return !strings.Contains(first, ".")
}

// walk visits the nodes of f that run as a part of it, those in literals that are called
// on the spot or deferred included. Of an annotated function the closures are parts too,
// wherever they stand; in a plain one they run on goroutines. What a go statement calls is no
// part of f, the operands of that call are; see [parse.Roles.Statement].
func (f *function) walk(visit func(ast.Node) bool) {
	f.walkBody(f.body, visit)
	if f.suspends() {
		for _, lit := range f.closures() {
			f.walkBody(lit.Body, visit)
		}
	}
}

// walkBody is walk without closures.
func (f *function) walkBody(body *ast.BlockStmt, visit func(ast.Node) bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && (!f.roles.Own(lit) || f.roles.Closure(lit)) {
			return false
		}
		return visit(n)
	})
}

// awaitsIn reports whether f awaits in a literal that is called on the spot or deferred.
func (c *code) awaitsIn(f *function, lit *ast.FuncLit) (found bool) {
	f.walkBody(lit.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && parse.Awaited(c.info, call) != nil {
			found = found || f.roles.Statement(call) != token.GO
		}
		return !found
	})
	return found
}

// closures lists the closures in f, those in other literals included.
func (f *function) closures() (list []*ast.FuncLit) {
	ast.Inspect(f.body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && f.roles.Closure(lit) {
			list = append(list, lit)
		}
		return true
	})
	return list
}

// callee gives the declared function or method that a call calls statically, or that
// of an interface; nil if it is neither.
func (c *code) callee(call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(c.info, call).(*types.Func)
	if fn == nil {
		return nil
	}
	return fn.Origin()
}

// twin gives the fact about an annotated function of this or another package, or nil.
func (c *code) twin(fn *types.Func) *annotated {
	if f := c.byObj[fn]; f != nil {
		if f.plain() {
			return nil
		}
		return &annotated{f.dir.Verb, f.dir.Names.Constructor, f.dir.Dyn}
	}
	var fact annotated
	if fn.Pkg() != c.pass.Pkg && c.pass.ImportObjectFact(fn, &fact) {
		return &fact
	}
	return nil
}

// overStream reports whether a loop ranges over what an annotated stream returns, so that it
// awaits the next element in each round.
func (c *code) overStream(loop *ast.RangeStmt) bool {
	call, ok := ast.Unparen(loop.X).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := c.callee(call)
	if fn == nil {
		return false
	}
	twin := c.twin(fn)
	return twin != nil && twin.Verb == "stream"
}

// constructed gives the annotated function of this package whose twin a call constructs.
func (c *code) constructed(call *ast.CallExpr) *function {
	fn := c.callee(call)
	if fn == nil || fn.Pkg() != c.pass.Pkg {
		return nil
	}
	return c.twins[member{receiver(fn), fn.Name()}]
}

// receiver gives the type that a method is declared for, or nil.
func receiver(fn *types.Func) *types.TypeName {
	recv := fn.Signature().Recv()
	if recv == nil {
		return nil
	}
	typ := types.Unalias(recv.Type())
	if p, ok := typ.(*types.Pointer); ok {
		typ = types.Unalias(p.Elem())
	}
	if n, ok := typ.(*types.Named); ok {
		return n.Origin().Obj()
	}
	return nil
}

// export tells importers about the functions of the package.
func (c *code) export() {
	for _, f := range c.funcs {
		if fact := c.twin(f.obj); fact != nil {
			c.pass.ExportObjectFact(f.obj, fact)
		}
		if f.blocks != nil {
			c.pass.ExportObjectFact(f.obj, &blocks{c.describe(f.blocks)})
		}
		if f.usesDefault != nil {
			c.pass.ExportObjectFact(f.obj, &usesDefault{c.describe(f.usesDefault)})
		}
	}
}

// describe gives a cause with its place.
func (c *code) describe(why *cause) string { return why.what + " (" + c.place(why.pos) + ")" }

// place gives the file and line of a position, without the folder.
func (c *code) place(pos token.Pos) string {
	p := c.pass.Fset.Position(pos)
	return filepath.Base(p.Filename) + ":" + strconv.Itoa(p.Line)
}
