package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/asyncgen/asyncgen/parse"
)

// A Machine is one function as a graph of blocks, with a storage class for each of its
// variables. It refers to the typed syntax tree, which stays as it is, and holds no text
// and no invented names.
type Machine struct {
	Func   *parse.Func
	Outer  *Machine   // of a literal: the machine of the function around
	Parent *Machine   // of a literal that is called on the spot: Outer, whose frame it shares
	Lits   []*Machine // the literals of this function that are called on the spot and await, in source order
	// Closures are the literals that are machines for whoever polls them, in source order.
	Closures []*Machine

	Blocks []*Block // Blocks[0] is the entry; the order is that of the generated code
	Vars   []*Var   // in order of declaration

	// Temps maps an expression to the variables that stand for it: wherever the source
	// of a node is spliced, these replace it. More than one for several values.
	Temps map[ast.Expr][]*Var
	// Drop holds init statements that run before the statement that they are written in.
	Drop map[ast.Stmt]bool
	// Jumps maps a break, continue or goto that leaves the await-free statement it stands
	// in to its target, and a return in a function that has Exit to the block that ends it.
	Jumps map[ast.Stmt]*Block
	// Ends maps a return in a loop over a generator to the machines that it ends, innermost
	// first, where the machine has no exit.
	Ends map[*ast.ReturnStmt][]*Var
	// Decls are the declarations of constants and types of statement lists that were
	// taken apart. They move to the top of Poll.
	Decls []*ast.GenDecl

	// Exit says that something happens between a return statement and the end of the
	// call: deferred calls, or someone who holds a result variable. Such a machine keeps
	// its results in the frame and leaves through ExitBlock.
	Exit      bool
	ExitBlock *Block
	Results   []*Var // the result variables; without names only where Exit is set
	Loops     bool   // has a range over an iterator function whose body awaits
	Walk      *Walk  // the group of generators that it belongs to, or nil

	// AwaitsExit says that deferred calls await, or those of a stream may, so that the machine can be suspended in
	// ExitBlock. ExitState is that state.
	AwaitsExit bool
	ExitState  *State

	States []*State // of the awaits
	Slots  []*Slot

	byObj map[*types.Var]*Var
	lits  map[*parse.Func]*Machine // Lits and Closures
}

// A Block is a run of items that ends in a transfer of control. If it has an Await, it
// starts by polling a future: it is the place that a resume jumps to.
type Block struct {
	Index int
	Kind  string // what it is for, such as "for.body"; names its label
	Pos   token.Pos
	Await *Await
	Items []Item
	Term  Term

	Preds []*Block
}

// An Await is the poll at the start of a block and what happens with its results. Of a
// yield it is what a generator goes on with when it is resumed; then there is no Child.
type Await struct {
	Call   *parse.Await
	Child  *Var
	Lit    *Machine // the machine of a literal that is called on the spot
	Result []*Var   // one for each result, nil where it is not wanted; nil if none is
	Define bool     // the results declare their variables
	State  *State
	// Parts are the children of Child that the frame holds, with their calls in Operand.
	Parts []Part
	// Wanted: of a yield in a generator, control gets here only if the consumer wants more.
	Wanted bool
	// Loops are the machines of the ranges over generators around it that the frame has
	// noted: a panic, which no edge of the graph stands for, may need them.
	Loops []*Var
}

// A Part is a future that the frame holds for another one, which is a combinator of it. Of a Part
// with a pointer type it turned out later that the frame cannot hold it.
type Part struct {
	Call *ast.CallExpr
	Var  *Var
}

// A State is a place where a machine can stand.
type State struct {
	Index int
	Block *Block
	Keeps []*Var // live over this suspension, in order of declaration
	Clear []*Var // may hold pointers although nothing reads them any more
}

// VarKind says where a variable comes from.
type VarKind int

const (
	Local   VarKind = iota
	Param           // parameters and the receiver
	Result          // result variables
	Temp            // value of an expression, kept for the rest of its statement
	Child           // future that is being awaited
	Hidden          // state of a range loop that the source has no name for
	Capture         // what a closure captures: a Cell is that of the function around, another Storage has a copy
)

// Storage says where a variable lives.
type Storage int

const (
	Unused Storage = iota
	Block1         // in the braces of the single block that refers to it
	Top            // at the top of Poll: several blocks, but no suspension
	Field          // in the frame
	Cell           // on the heap, the frame keeps the pointer
	Boxed          // like Cell, but its type has no name there: the frame keeps an any
)

// A Var is a variable of the machine: one of the source that is declared where the code was
// taken apart, or one that lowering made. Variables inside statements that stay as they
// were written are not among them.
type Var struct {
	Obj   *types.Var // nil for those that lowering made
	Facts *parse.Var // nil likewise
	Kind  VarKind
	Type  types.Type // nil if Runtime or Lit is set
	// Runtime names a generic type of the runtime, instantiated with TypeArgs.
	Runtime  string
	TypeArgs []types.Type
	Lit      *Machine // Child: the machine of a literal

	Pos     token.Pos
	Hint    string // what a temporary stands for
	Storage Storage
	// Pinned: a deferred literal or the end of the call refers to it through the frame, so
	// it keeps its slot to itself until the machine is done.
	Pinned bool
	// Read and Written: something reads it; something but the start of the call writes it.
	Read, Written bool
	Keeps         []*State
	Slot          *Slot

	// machine: it is the machine of a generator, which other code has pointers into.
	machine bool
	// spare: a machine that stays when it has ended, for the next loop.
	spare bool
	// perIteration: a variable of a for clause, of which each iteration has its own.
	perIteration bool
	// cyclic: the frame would contain itself if it contained the variable.
	cyclic bool
	// Witness says where a type is inferred from that has no name in the package at all; nil
	// for other variables.
	Witness *Witness

	// unnamed: its type has no name outside of Poll, or foreign: none in the package. If it
	// has to be kept, it is Boxed.
	unnamed, foreign bool
	index            int
	blocks           map[*Block]bool
}

// A Slot is one field of the frame, which variables that are never live together share.
type Slot struct {
	Index int
	Vars  []*Var
	Small bool // smaller than a word: it stands beside the state, before all others
}

// CellLike reports whether the variable must be a variable of its own each time that its
// declaration runs: someone may hold it, or it must not be part of the frame.
func (v *Var) CellLike() bool {
	f := v.Facts
	if f == nil || v.cyclic {
		return v.cyclic
	}
	if v.Kind == Capture {
		return ByReference(f)
	}
	assigned := f.Assigned || v.Kind == Result
	return f.Addressed || f.Captured && assigned || f.Deferred && assigned && (f.Repeats || v.perIteration)
}

// An Expr is an expression that items and terminators evaluate.
type Expr interface{ isExpr() }

type (
	// Source is an expression as written, with Temps in place of its parts.
	Source struct{ X ast.Expr }
	// Ref is the value of a variable.
	Ref struct{ Var *Var }
	// Const is a literal such as 0.
	Const struct{ Text string }
	// Binary is X Op Y.
	Binary struct {
		Op   token.Token
		X, Y Expr
	}
	// Len is len(X).
	Len struct{ X Expr }
	// Index is X[I].
	Index struct{ X, I Expr }
	// Receive is <-X, with one or two values.
	Receive struct{ X Expr }
	// Runtime calls a function of the runtime.
	Runtime struct {
		Name string
		Args []Expr
	}
	// Iterator is an iterator function whose yield parameter has a named type, as one
	// with the parameter that the runtime expects.
	Iterator struct {
		Var   *Var
		Yield *types.Signature
	}
	// Method calls a method of a variable.
	Method struct {
		Var  *Var
		Name string
	}
)

func (Source) isExpr()   {}
func (Ref) isExpr()      {}
func (Const) isExpr()    {}
func (Binary) isExpr()   {}
func (Len) isExpr()      {}
func (Index) isExpr()    {}
func (Receive) isExpr()  {}
func (Runtime) isExpr()  {}
func (Iterator) isExpr() {}
func (Method) isExpr()   {}

// An Item is one step of a block.
type Item interface{ isItem() }

type (
	// Stmt is an await-free statement as written; Node is an ast.Stmt or, for one
	// declaration of several, an *ast.ValueSpec. Variables that it declares at its own
	// level are those of the machine.
	Stmt struct{ Node ast.Node }
	// Set gives variables a value; nil stands for the blank identifier. With Define it
	// declares them.
	Set struct {
		Dst    []*Var
		Src    Expr
		Define bool
	}
	// Store assigns to expressions as written, left to right in one assignment.
	Store struct {
		Dst []ast.Expr
		Src []Expr
	}
	// New makes the cells of result variables and the like, zeroed.
	New struct{ Var *Var }
	// Renew gives a loop variable its copy for the next iteration.
	Renew struct{ Var *Var }
	// Start makes the future that the next block awaits.
	Start struct{ Await *Await }
	// Yield hands out the arguments of a call of yield; the next block goes on after it.
	Yield struct{ Await *Await }
	// Open makes the machine of a generator that a loop ranges over.
	Open struct {
		Iter *Var
		Loop *parse.Loop
	}
	// Ask makes the future of the next element of a stream, or of its end.
	Ask struct {
		Await *Await
		Iter  *Var
	}
	// Delegate makes the machine of a generator whose elements are passed on until it has
	// ended, when the next block goes on.
	Delegate struct {
		Await *Await
		Loop  *parse.Loop
	}
	// BeginLoop and EndLoop mark where the iteration of an iterator function is under way.
	// Noted says that the frame knows of it meanwhile, because the iterator has something to
	// do if the body does not end; then there is a BeginLoop.
	BeginLoop struct {
		Iter   *Var
		Stream bool
	}
	EndLoop struct {
		Iter  *Var
		Noted bool
	}
)

func (*Stmt) isItem()      {}
func (*Set) isItem()       {}
func (*Store) isItem()     {}
func (*New) isItem()       {}
func (*Renew) isItem()     {}
func (*Start) isItem()     {}
func (*Yield) isItem()     {}
func (*Open) isItem()      {}
func (*Ask) isItem()       {}
func (*Delegate) isItem()  {}
func (*BeginLoop) isItem() {}
func (*EndLoop) isItem()   {}

// A Term ends a block.
type Term interface{ isTerm() }

type (
	// Jump goes to another block.
	Jump struct{ To *Block }
	// If goes one of two ways.
	If struct {
		Cond       Expr
		Then, Else *Block
	}
	// Switch is a switch whose case expressions are await-free; Bodies are its clauses in
	// source order, Else is the default clause or what follows the statement.
	Switch struct {
		Stmt   *ast.SwitchStmt
		Bodies []*Block
		Else   *Block
	}
	// TypeSwitch is likewise; Syms holds the symbol of each clause, or nil.
	TypeSwitch struct {
		Stmt   *ast.TypeSwitchStmt
		Bodies []*Block
		Syms   []*Var
		Else   *Block
	}
	// Select waits for one of its cases; Recv are the variables that a receive clause sets.
	Select struct {
		Stmt   *ast.SelectStmt
		Bodies []*Block
		Recv   [][]*Var
	}
	// Return evaluates the operands of a return statement (nil at the end of the body)
	// and ends the call, through To if the machine has Exit.
	Return struct {
		Stmt *ast.ReturnStmt
		To   *Block
	}
	// Exit runs the deferred calls and completes.
	Exit struct{}
	// Stop says that control never gets here: the last statement does not end.
	Stop struct{}
)

func (*Jump) isTerm()       {}
func (*If) isTerm()         {}
func (*Switch) isTerm()     {}
func (*TypeSwitch) isTerm() {}
func (*Select) isTerm()     {}
func (*Return) isTerm()     {}
func (*Exit) isTerm()       {}
func (*Stop) isTerm()       {}

// Lookup finds the variable of obj in m or in the functions around it, and how many
// functions further out it is. It is nil if the variable stays inside its statement.
func (m *Machine) Lookup(obj *types.Var) (v *Var, up int) {
	for ; m != nil; m = m.Parent {
		if v := m.byObj[obj]; v != nil {
			return v, up
		}
		up++
	}
	return nil, 0
}
