package parse

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A Package is one type-checked package with everything that the later phases need to
// know of it. All of it is read-only once [Load] has returned.
type Package struct {
	Path  string // import path; that of a test variant without its bracketed suffix
	Name  string
	Dir   string // absolute
	Fset  *token.FileSet
	Types *types.Package
	Info  *types.Info
	Files []*File
	Funcs []*Func // the annotated functions of all files, in source order
	Sizes types.Sizes
	// Elsewhere are names that files of the folder declare or import, whatever the build leaves of
	// them. It is only filled where a local type may have to move to package level as it is called.
	Elsewhere map[string]bool
}

// A File is one source file that has directives.
type File struct {
	Pkg       *Package
	Path      string // absolute
	Output    string // absolute path of the generated file
	Syntax    *ast.File
	Source    []byte   // the text that was parsed, with stubs, which positions of Syntax index (see [File.Offset])
	GoVersion string   // language version in force, such as "go1.26"
	Build     []string // the //go:build lines, verbatim
	Funcs     []*Func
	// Wanted is false for a file that the user did not ask for. It is looked at all the same,
	// since the frames of its functions can be parts of those of others.
	Wanted bool
}

// A Func is one function whose body becomes a machine: an annotated declaration, or a
// literal inside one that awaits and is called on the spot, or a closure.
type Func struct {
	Pkg  *Package
	File *File
	Kind Kind

	Decl *ast.FuncDecl // nil for a literal
	Obj  *types.Func   // nil for a literal

	Lit    *ast.FuncLit  // nil for a declaration
	Call   *ast.CallExpr // the call of Lit, or the one that Lit is an argument of
	Parent *Func         // the function that Lit stands in, however deep in plain literals

	Sig *types.Signature
	// TypeParams are the type parameters of the function, or those that a method has from its
	// receiver; a literal has those of the function around. They are the twin's too.
	TypeParams *types.TypeParamList
	Body       *ast.BlockStmt

	Gen *Gen // of a generator or stream, otherwise nil

	Names Names
	// Dyn is the option dyn: the constructor returns rt.Future[T], so that its method can
	// satisfy an interface. Names.Result is an alias then, for implementations have to agree
	// about T.
	Dyn bool

	// Awaits holds the awaits that this very function performs, by their call
	// expressions; those in nested literals are not among them, the calls of Lits are.
	Awaits map[*ast.CallExpr]*Await
	Lits   []*Func // literals called on the spot that await, in source order
	// Deferred holds the awaits that deferred calls perform when the function ends, by the
	// calls: those of Await itself, and those of literals, which are among Closures.
	Deferred map[*ast.CallExpr]*Await
	// InPoll holds the calls of methods marked //async:in that this very function makes while it is
	// polled, with the name of the method that takes the context as well.
	InPoll map[*ast.CallExpr]string
	// InDefers are such calls that it defers, and those in plain literals that it defers. They are made
	// in a poll too, unless the function panics or is canceled.
	InDefers map[*ast.CallExpr]string
	// Loops are the range statements of this very function over generators with a machine.
	Loops map[*ast.RangeStmt]*Loop
	// Closures are the literals that become machines which outlive the statement they
	// stand in, in source order. Those that stand in plain literals of this function are
	// among them.
	Closures []*Func
	// Captures are the variables of functions around that a closure mentions, plain
	// literals included, in order of first mention. What is in it refers to is in it too.
	Captures []*Var

	// Vars holds facts about every variable declared in this function outside of nested
	// literals: parameters, results, locals, type-switch symbols. Literals in Lits have
	// their own table; a variable that they capture is in the table of its function.
	Vars map[*types.Var]*Var

	Defers   bool // has a defer statement of its own
	Recovers bool // calls or defers recover itself, outside of literals
}

// Kind says how the body of a Func comes to run.
type Kind int

const (
	Declared  Kind = iota // an annotated declaration
	OnTheSpot             // a literal that is called where it stands, or whose future is awaited there
	Closure               // a literal handed to rt.Async, rt.AsyncErr or a group's Go
	Deferred              // a literal that is the operand of a defer statement, and awaits
)

// Names are the identifiers that the surface of the twin is made of.
type Names struct {
	Func        string // as in the source: Fetch, Client.Get; Fetch.func1 for a literal
	Base        string // what the others begin with: Fetch, ClientGet
	Constructor string // FetchAsync; WalkPull of a generator
	Future      string // FetchFuture; WalkIter of a generator
	Result      string // FetchResult; only used with two or more values
}

// An Await is one await of a Func.
type Await struct {
	Call    *ast.CallExpr
	Operand ast.Expr // the future that is awaited; nil for a literal and for a yield
	// Lit is the literal that is called on the spot, or nil. One whose future is awaited where
	// it is made, as in rt.Async(func() …).Await(), is as good as called.
	Lit   *Func
	Yield bool // a call of a generator's yield: nothing is polled

	// Fresh says that Operand is a static call of a constructor, whose result can be
	// stored by value in the machine. Operand's type is then a pointer.
	Fresh bool

	// Children are the calls within Operand that make futures of which the same is true: they
	// are handed to the constructor, or to that of another child, and nobody else has them.
	Children []*ast.CallExpr

	Future  types.Type   // type of Operand as it is polled: a pointer, an interface or a value with a Poll method
	Address bool         // Operand is addressable and &Operand is what has the Poll method; Future is then the pointer type
	Value   types.Type   // T of Poll[T]
	Results []types.Type // results of the await expression
	// Fields names the field of Value that holds each result, if Value is a struct of
	// results; otherwise at most one result besides the error comes from Value itself.
	Fields []string
	HasErr bool // the last of Results is Poll.Err
	HasOK  bool // the last of Results is whether Poll.Err is nil: of a stream's Next
}

// A Var holds what the whole function says about one variable.
type Var struct {
	Obj *types.Var

	// Captured: a function literal refers to it that is neither called on the spot nor
	// the operand of a defer statement, so the literal may run at any time.
	Captured bool
	// Deferred: a literal that is the operand of a defer statement refers to it directly.
	Deferred bool
	// Called: a plain (await-free) literal that is called on the spot refers to it.
	Called bool
	// Shared: a literal of Func.Lits (however deep) refers to it.
	Shared bool
	// Addressed: its address, or that of a part of it (not through a pointer), is taken:
	// &x, x[:] of an array, a pointer-receiver call or method value.
	Addressed bool
	// Assigned: something other than its declaration gives it, or a part of it, a value.
	Assigned bool
	// Result: it is a named result, to which every return statement assigns.
	Result bool
	// Repeats: the declaration can run more than once in one call of the function: it
	// stands in a loop, or a label before it is the target of a goto after it.
	Repeats bool
}

// Args gives the arguments of the literal that is called on the spot.
func (aw *Await) Args() []ast.Expr {
	if _, called := ast.Unparen(aw.Call.Fun).(*ast.FuncLit); called {
		return aw.Call.Args
	}
	return nil
}

// Closure gives the closure of fn that is the argument of a call, or nil.
func (fn *Func) Closure(lit *ast.FuncLit) *Func {
	for _, c := range fn.Closures {
		if c.Lit == lit {
			return c
		}
	}
	return nil
}

// Offset gives the index of pos in f.Source.
func (f *File) Offset(pos token.Pos) int {
	return f.Pkg.Fset.PositionFor(pos, false).Offset
}
