package main

import (
	"bytes"
	"fmt"
	"slices"
)

// A mutant is the project with one rule broken.
type mutant struct {
	rule string // that is broken
	file string // which holds old, once
	old  string
	new  string
	// What has to notice: cases of testdata/golden whose programs must not do as they should,
	// or arguments of go test.
	goldens []string
	tests   string
}

// apply changes the text of the file.
func (m mutant) apply(text []byte) ([]byte, error) {
	if n := bytes.Count(text, []byte(m.old)); n != 1 {
		return nil, fmt.Errorf("%s has the text of the mutant %d times", m.file, n)
	}
	return bytes.Replace(text, []byte(m.old), []byte(m.new), 1), nil
}

// mutants is the whole table.
func mutants() []mutant {
	return slices.Concat(orderMutants, controlMutants, storageMutants, textMutants, closureMutants, runtimeMutants)
}

// Order of evaluation: lower/order.go.
var orderMutants = []mutant{
	{
		rule:    "a call before an await happens before it",
		file:    "lower/order.go",
		old:     "return !b.isUnsafe(e.Fun)",
		new:     "return false",
		goldens: []string{"order_calls"},
	},
	{
		rule:    "a plain load before an await happens after it",
		file:    "lower/order.go",
		old:     "isMap(b.info.TypeOf(e))\n\t}\n\treturn false\n}\n\n// isUnsafe",
		new:     "isMap(b.info.TypeOf(e))\n\t}\n\treturn true\n}\n\n// isUnsafe",
		goldens: []string{"order_loads"},
	},
	{
		rule:    "a receive before an await happens before it",
		file:    "lower/order.go",
		old:     "return e.Op == token.ARROW\n\tcase *ast.BinaryExpr",
		new:     "return false\n\tcase *ast.BinaryExpr",
		goldens: []string{"order_saved"},
	},
	{
		rule:    "a type assertion before an await happens before it",
		file:    "lower/order.go",
		old:     "return !isDynamic(b.info.TypeOf(e), b.fn) && !isPointerShaped(b.info.TypeOf(e))",
		new:     "return false",
		goldens: []string{"order_saved"},
	},
	{
		rule:    "the key of a map that is copied before an await is",
		file:    "lower/keys.go",
		old:     "return !types.Identical(m.Key(), info.TypeOf(x.Index)) || !isAddressable(x.Index, info)",
		new:     "return false",
		goldens: []string{"order_keys"},
	},
	{
		rule:    "what a comparison copies before an await is copied",
		file:    "lower/order.go",
		old:     "if !isAddressable(e, b.info) {",
		new:     "if false {",
		goldens: []string{"order_compared"},
	},
	{
		rule:    "the right side of && and || happens only if it is needed",
		file:    "lower/order.go",
		old:     "b.end(&If{Ref{t}, right, done})",
		new:     "b.end(&If{Ref{t}, right, right})",
		goldens: []string{"short_circuit"},
	},
	{
		rule:    "a condition whose sides await is decided by the left one first",
		file:    "lower/branch.go",
		old:     "b.cond(x.X, then, right)",
		new:     "b.cond(x.X, right, right)",
		goldens: []string{"conditions"},
	},
	{
		rule:    "a bound of a slice expression is read before an await in a later one",
		file:    "lower/order.go",
		old:     "i > 0 && i < last && !name {",
		new:     "i > 0 && i < last && !name && b == nil {",
		goldens: []string{"order_saved"},
	},
	{
		rule:    "the entries of a map literal are read one by one",
		file:    "lower/order.go",
		old:     "_, elided := p.(*ast.CompositeLit); !elided {",
		new:     "_, elided := p.(*ast.CompositeLit); !elided && b == nil {",
		goldens: []string{"order_saved"},
	},
	{
		rule:    "the operands of a select are read where they stand",
		file:    "lower/switch.go",
		old:     "if i < last && !b.isFixed(e) && b.m.Temps[ast.Unparen(e)] == nil {",
		new:     "if false {",
		goldens: []string{"select_operands", "adv_select_operands"},
	},
	{
		rule:    "an init statement in front of an await runs once",
		file:    "lower/branch.go",
		old:     "b.m.Drop[init] = true",
		new:     "_ = b.m.Drop",
		goldens: []string{"plain_exits"},
	},
}

// Control flow: build and its parts.
var controlMutants = []mutant{
	{
		rule:    "a switch goes to the default clause only if nothing matches",
		file:    "lower/switch.go",
		old:     "\tb.end(&Jump{els})\n",
		new:     "\tb.end(&Jump{bodies[0]})\n",
		goldens: []string{"switch_mixed", "switch_no_tag", "switch_tag"},
	},
	{
		rule:    "fallthrough goes on in the next clause",
		file:    "lower/switch.go",
		old:     "fall = blocks[i+1]",
		new:     "fall = blocks[i]",
		goldens: []string{"switch_tag", "switch_mixed", "labels"},
	},
	{
		rule:    "break in a switch leaves the switch only",
		file:    "lower/branch.go",
		old:     "walk(c, true, cont)",
		new:     "walk(c, brk, cont)",
		goldens: []string{"plain_exits"},
	},
	{
		rule:    "continue runs the post statement",
		file:    "lower/branch.go",
		old:     "brk: done, cont: next, loops: len(b.loops)}, func() {\n\t\tb.stmts(s.Body.List)\n\t})\n\tif next != loop {\n\t\tb.enterBlock(next)\n\t\tfor",
		new:     "brk: done, cont: loop, loops: len(b.loops)}, func() {\n\t\tb.stmts(s.Body.List)\n\t})\n\tif next != loop {\n\t\tb.enterBlock(next)\n\t\tfor",
		goldens: []string{"for_clauses", "loops_nested"},
	},
	{
		rule:    "each iteration of a for loop has its own variables",
		file:    "lower/branch.go",
		old:     "b.add(&Renew{v})",
		new:     "_ = v",
		goldens: []string{"for_variables"},
	},
	{
		rule:    "a range over an integer evaluates its limit once",
		file:    "lower/rangeloop.go",
		old:     "if b.info.Types[s.X].Value == nil {\n\t\tinner",
		new:     "if false {\n\t\tinner",
		goldens: []string{"range_int"},
	},
	{
		rule:    "a range over an array copies it",
		file:    "lower/rangeloop.go",
		old:     "r.value = func() Expr { return Index{Ref{seq}, Ref{index()}} }\n\treturn *r\n}\n\n// rangesOverConstant",
		new:     "r.value = func() Expr { _ = seq; return Index{Source{s.X}, Ref{index()}} }\n\treturn *r\n}\n\n// rangesOverConstant",
		goldens: []string{"range_array"},
	},
	{
		rule:    "a range over a nil pointer to an array that needs no elements does not fail",
		file:    "lower/rangeloop.go",
		old:     "case !b.rangesOverConstant(s):\n\t\t\tb.add",
		new:     "default:\n\t\t\tb.add",
		goldens: []string{"range_array", "kept_exits"},
	},
	{
		rule:    "a range over a string goes on by runes",
		file:    "lower/rangeloop.go",
		old:     "b.add(&Set{[]*Var{index}, Ref{next}, false})",
		new:     "b.add(&Set{[]*Var{index}, Binary{token.ADD, Ref{index}, Const{\"1\"}}, false})",
		goldens: []string{"range_string"},
	},
	{
		rule:    "who leaves the loop over an iterator ends the iteration",
		file:    "lower/build.go",
		old:     "b.add(&l.end)",
		new:     "_ = l",
		goldens: []string{"range_func_exits", "range_func_return"},
	},
	{
		rule:    "the values of an iterator are assigned one after the other",
		file:    "lower/rangeloop.go",
		old:     "b.iteration(s, elem(0), elem(1), true)",
		new:     "b.iteration(s, elem(0), elem(1), false)",
		goldens: []string{"range_func_assign"},
	},
	{
		rule:    "a return inside of a statement without awaits goes through the exit",
		file:    "lower/branch.go",
		old:     "if to := b.exitFrom(c); to != nil {",
		new:     "if to := b.exitFrom(c); to != nil && b == nil {",
		goldens: []string{"defer_results", "defer_conditional", "kept_exits"},
	},
}

// Variables: where they live, and for how long.
var storageMutants = []mutant{
	{
		rule:    "a state keeps what a jump out of a statement leads to",
		file:    "lower/live.go",
		old:     "live.addAll(in[t])",
		new:     "_ = t",
		goldens: []string{"goto_forward", "goto_back", "goto_loops", "labels", "select_targets", "shadowed_exits", "loops_nested"},
	},
	{
		rule:    "an await of a literal keeps what the literal mentions",
		file:    "lower/refs.go",
		old:     "if id, ok := n.(*ast.Ident); ok {\n\t\t\t\tr.ident(id)\n\t\t\t}\n\t\t\treturn true\n\t\t})\n\t}\n\tfor _, v := range a.Result",
		new:     "return n == nil\n\t\t})\n\t}\n\tfor _, v := range a.Result",
		goldens: []string{"literal_call", "literal_nested", "literal_places"},
	},
	{
		rule:    "variables that live at once have different fields",
		file:    "lower/slots.go",
		old:     "\t\tif clash[pair(o, v)] {",
		new:     "\t\tif clash == nil {",
		goldens: []string{"live_fields", "order_calls"},
	},
	{
		rule:    "a suspension clears nothing that is needed",
		file:    "lower/slots.go",
		old:     "kept[v.Slot] = true\n\t\t}\n\t\tfor _, slot",
		new:     "_ = v\n\t\t}\n\t\tfor _, slot",
		goldens: []string{"live_fields", "captured_params"},
	},
	{
		rule:  "a suspension clears the pointers that are dead",
		file:  "lower/slots.go",
		old:   "st.Clear = append(st.Clear, v)",
		new:   "_ = v",
		tests: "./internal/essay",
	},
	{
		rule:    "a variable whose address is taken is new each time it is declared",
		file:    "lower/ir.go",
		old:     "return f.Addressed || f.Captured && assigned",
		new:     "return f.Captured && assigned",
		goldens: []string{"addresses", "for_variables", "handed_out"},
	},
	{
		rule:    "a captured variable that is assigned is shared with who captured it",
		file:    "lower/ir.go",
		old:     "return f.Addressed || f.Captured && assigned",
		new:     "return f.Addressed",
		goldens: []string{"closures", "captured_params", "handed_out"},
	},
	{
		rule:    "results keep their field until the deferred calls have run",
		file:    "lower/build.go",
		old:     "v.Pinned = m.Exit",
		new:     "_ = v.Pinned",
		goldens: []string{"defer_results", "recover_direct", "defer_loop_panic", "kept_exits"},
	},
	{
		rule:    "a call of a method with a pointer receiver takes an address",
		file:    "parse/vars.go",
		old:     "if takesAddress(w.info.Selections[n]) {",
		new:     "if false {",
		goldens: []string{"addresses", "methods", "receivers", "handed_out"},
	},
	{
		rule:    "slicing an array takes its address",
		file:    "parse/vars.go",
		old:     "if typeset.Any(w.info.TypeOf(n.X), isArray) {",
		new:     "if typeset.Any(w.info.TypeOf(n.X), isArray) && w == nil {",
		goldens: []string{"addresses", "captured_arrays", "index_slice", "handed_out"},
	},
	{
		rule:    "a declaration between a label and a goto to it repeats",
		file:    "parse/vars.go",
		old:     "spans = append(spans, span{from, n.Pos()})",
		new:     "_ = from",
		goldens: []string{"goto_back", "goto_loops", "kept_exits"},
	},
	{
		rule:    "a function that calls itself has its frame behind a pointer",
		file:    "lower/recursion.go",
		old:     "v.Type = pointer",
		new:     "_ = pointer",
		goldens: []string{"recursion"},
	},
}

// What is written.
var textMutants = []mutant{
	{
		rule:  "operands of a return statement fail in order",
		file:  "emit/exit.go",
		old:   "b.orderTells(s.Results)",
		new:   "false",
		tests: "./internal/progen -run=Reduced",
	},
	{
		rule:    "a suspension stores the state",
		file:    "emit/block.go",
		old:     "Op(\"=\").Id(u.pn.states[st])}\n",
		new:     "Op(\"=\").Id(u.pn.start)}\n",
		goldens: []string{"await_results"},
	},
	{
		rule:    "a loop that keeps fields in locals stores them when it is over",
		file:    "emit/loop.go",
		old:     "b.synth(b.writeBack()...)",
		new:     "_ = b",
		goldens: []string{"for_hot", "for_hot_scalars"},
	},
	{
		rule:    "a local that stands for a field has a name that the loop does not declare",
		file:    "emit/loop.go",
		old:     "if v.Obj != nil && b.hides(n, name) {",
		new:     "if false {",
		goldens: []string{"shadowed_exits", "for_hot", "for_hot_scalars"},
	},
	{
		rule:    "cancel goes to the future that is awaited",
		file:    "emit/methods.go",
		old:     "Block(child.Dot(\"Cancel\").Call())",
		new:     "Block(child.Dot(\"state\"))",
		goldens: []string{"cancel"},
	},
	{
		rule:    "cancel ends the machine",
		file:    "emit/methods.go",
		old:     "jen.Add(field).Op(\"=\").Id(u.pn.done),\n\t\t\tjen.If(jen.Add(state).Op(\"==\").Id(u.pn.start)",
		new:     "jen.If(jen.Add(state).Op(\"==\").Id(u.pn.start)",
		goldens: []string{"cancel", "defer_simple"},
	},
	{
		rule:    "the deferred calls wait for the end of the body",
		file:    "emit/methods.go",
		old:     "jen.If(jen.Add(state).Op(\"!=\").Id(u.pn.running)).Block(jen.Return()),\n\t\tjen.Add(state)",
		new:     "jen.Add(state)",
		goldens: []string{"defer_simple"},
	},
	{
		rule:    "a deferred call has the arguments of the defer statement",
		file:    "emit/exit.go",
		old:     "args = append(args, save(\"arg\", x))",
		new:     "args = append(args, x)",
		goldens: []string{"defer_operands", "defer_loop"},
	},
	{
		rule:    "a loop variable in a cell is copied for the next iteration",
		file:    "emit/block.go",
		old:     "b.add(b.u.field(v, 0).Op(\"=\").Op(\"&\").Id(name))",
		new:     "b.add(jen.Id(\"_\").Op(\"=\").Id(name))",
		goldens: []string{"for_variables"},
	},
}

// Closures, deferred calls that await, generators, generics.
var closureMutants = []mutant{
	{
		rule:    "a closure shares the variables that are assigned",
		file:    "lower/closure.go",
		old:     "return f.Addressed || f.Assigned || f.Result",
		new:     "return f.Addressed || f.Result",
		goldens: []string{"async_capture", "async_nested"},
	},
	{
		rule:    "a coroutine is told of a panic in the loop over it",
		file:    "lower/genloop.go",
		old:     "fn.Gen.Coroutine != nil || fn.Defers",
		new:     "fn.Defers",
		goldens: []string{"gen_coroutine"},
	},
	{
		rule:  "a coroutine knows that its consumer is a range statement",
		file:  "rt/seqgen.go",
		old:   "g.inLoop = true",
		new:   "g.inLoop = false",
		tests: "./rt -run TestSeqGen",
	},
	{
		rule:    "a panic passes through a deferred call that awaits",
		file:    "rt/unwind.go",
		old:     "a.flight = flight{}\n\tfl.raise()",
		new:     "a.flight = flight{}\n\tfl.value = nil",
		goldens: []string{"defer_await_panics", "defer_literal_recover"},
	},
	{
		rule:    "recover in a deferred literal that awaits stops the panic",
		file:    "rt/unwind.go",
		old:     "fl := d.awaits.flight\n\td.awaits.flight = flight{}\n\treturn fl.value",
		new:     "fl := d.awaits.flight\n\treturn fl.value",
		goldens: []string{"defer_literal_recover"},
	},
	{
		rule:    "a deferred recover does nothing while a panic of its own function passes",
		file:    "rt/unwind.go",
		old:     "rest()\n\td.Recover()",
		new:     "defer d.Recover()\n\trest()",
		goldens: []string{"defer_literal_recover_late"},
	},
	{
		rule:    "a cancel runs deferred calls that await",
		file:    "rt/cleanup.go",
		old:     "d.home.begin(&cleanup{defers: d, flight: d.awaits.flight, begun: true})\n\t\t\treturn",
		new:     "return",
		goldens: []string{"defer_literal_await", "defer_method_await"},
	},
	{
		rule:    "yield returns false when the consumer has left",
		file:    "rt/gen.go",
		old:     "func (g *Gen) More() bool { return g.consumer < stopped }",
		new:     "func (g *Gen) More() bool { return true }",
		goldens: []string{"gen_simple", "gen_statements", "gen_defer"},
	},
	{
		rule:    "a yield that follows one that returned false asks first",
		file:    "lower/yields.go",
		old:     "\t\treach(b.Succs(m)...)\n",
		new:     "\t\t_ = b\n",
		goldens: []string{"gen_wanted"},
	},
	{
		rule:    "a type assertion to a type parameter is late",
		file:    "lower/order.go",
		old:     "return !isDynamic(b.info.TypeOf(e), b.fn) && !isPointerShaped",
		new:     "return !isPointerShaped",
		goldens: []string{"generic_assertions"},
	},
}
