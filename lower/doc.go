/*
Package lower turns a function that awaits into the graph of a state machine.

It knows what Go means and not how it is written: it reads the typed syntax tree, decides
what happens in which order and where each variable lives, and leaves to package emit what
that looks like as text. What follows is the theory of operation, simplest case first, then
one section for each difficulty. The functions shown are in testdata/essay; below each
stands what -dump=ir prints for it, or the part that matters. How functions end is told in
doc_exits.go, and what becomes of literals in doc_literals.go, behind the rest.

# The idea

A function call keeps its place and its variables on a stack. To wait without a stack, put
the place into a number and the variables into a struct, and return:

	func two(a, b string) int {
		x := get(a).Await()
		log("got", x)
		y := get(b).Await()
		return x + y
	}

The body is cut at its awaits. What runs without waiting is a block; each await is the start
of one, because that is where a later poll has to go on:

	field a #0 string
	field b #1 string over 1
	field x #2 int over 2
	field %get #3 later[int]
	field %get.2 #3 later[int]
	b0 entry:
		%get = start get(a)
		→ b1
	b1 await: ← b0
		state 1 at essay.go:48 keeps b
		clear a when suspended
		x := await %get
		log("got", x)
		%get.2 = start get(b)
		→ b2
	b2 await: ← b1
		state 2 at essay.go:50 keeps x
		clear a when suspended
		clear b when suspended
		y := await %get.2
		return x + y

To start is to make the future, with its operand evaluated; to await is to poll it. Only the
poll is repeated. If it is not ready the machine notes the state and returns, and the next
poll of the machine jumps to that block and polls the future again: no condition on the way,
no operand and no argument is evaluated a second time. The variables that are needed after a
suspension have a field, here x over state 2. Those that are not stay locals, such as y. That
is all, if awaits stand alone in straight code. The passes make the rest look like it:

	var passes = []struct {
		name string
		run  func(*Machine)
	}{
		{"simplify", simplify},   // no empty, unreachable or needlessly split blocks
		{"state", number},        // every await has its state
		{"yields", yields},       // every yield knows whether it has to ask
		{"live", keep},           // every state knows the variables that it keeps
		{"spill", spill},         // every variable has its storage
		{"witness", witnesses},   // every variable whose type has no name has its witness
		{"slots", assignSlots},   // every variable of the frame has its field
		{"usage", usage},         // every variable knows whether it is read
		{"clear", clearPointers}, // every state knows the pointers that it must not keep
	}

Before them, build makes the blocks, and calls upon order.go for each statement that awaits.
The tree is never changed and never copied. A statement without an await is one item, however
much it contains, and is generated from its source text. For the others the machine holds
tables beside the tree: Temps says which variables stand for an expression, Drop which init
statements have run already, Jumps where a branch leads that leaves its item.

# Awaits inside expressions

An await may stand anywhere in an expression, and everything around it must happen in the
order that the plain function has. That order is not simply left to right. Go promises it for
calls, receives and && and || only, and the compiler takes the liberty: plain loads of
variables happen after all calls of the statement, also when they stand before them.

	func order(p *int, key string) int {
		return log(1) + *p + get(key).Await() + log(2)
	}

Here log(1) is called, then the await, then log(2), and *p is read at the very end. So what
precedes an await is saved in a temporary only if it is like a call:

	b0 entry:
		%log := log(1)
		%get.2 = start get(key)
		→ b1
	b1 await: ← b0
		state 1 at essay.go:56 keeps p %log
		clear key when suspended
		%get := await %get.2
		return %log + *p + %get + log(2)

It has to be so, not otherwise: a copy of *p taken before the await would be what the plain
function does not see, if somebody else changes it meanwhile, and the suspension is just when
others run. It is cheaper as well. What counts as like a call was measured with the compiler
of Go 1.26, one kind of expression after the other:

  - evaluated where they stand, and so saved: calls, len, cap, append, min, max and the other
    builtins among them, but for those of package unsafe; receives; && and ||; slicing; []byte(s)
    and []rune(s); type assertions, unless the type is held in an interface directly, like a
    pointer; whatever is copied because it becomes a value of an interface type (see boxes) or is
    a key that a map is handed the address of (see copiedKey); m[string(b)] with bytes b
  - copied behind the calls of the comparison that they are part of, and so saved before later
    ones: structs and arrays without an address
  - evaluated late, with the loads: variables, fields, indexing of slices, arrays, strings
    and maps, indirection, arithmetic, comparison, concatenation, all other conversions

The operands of what is late are not evaluated with it: an index expression that is late still
saves a call in its index. A value whose address is needed, on the left of an assignment, is
never copied: the expression is evaluated again after the await, with temporaries for the
calls in it.

A map literal is a case of its own. The compiler makes it by inserting its entries one by
one, each read as it stands, and so loads are early too:

	func table(p *int) map[string]int {
		return map[string]int{"p": *p, "k": get("k").Await()}
	}

	b0 entry:
		%tmp := *p
		%get.2 = start get("k")

# Short circuit

The right side of && and || may not happen. If it awaits, the operator becomes a branch with
a variable for the outcome, which is what Go's compiler makes of it too.

	func either(n int) bool {
		ok := n > 1 || check(n).Await()
		return ok
	}

	b0 entry:
		%cond := n > 1
		%cond → b3 | b1
	b1 cond.right: ← b0
		%check.2 = start check(n)
		→ b2
	b2 await: ← b1
		state 1 at essay.go:66 keeps nothing
		%check := await %check.2
		%cond = %check
		→ b3
	b3 cond.done: ← b0 b2
		ok := %cond
		return ok

Where the value only decides about a branch, as in an if statement whose body awaits, the
branches are taken directly and there is no variable.

# Loops

A loop that awaits where it repeats is taken apart into blocks. Break and continue are jumps,
found through a stack of the statements that can be left.

	func loop(keys []string) int {
		sum := 0
		for i := 0; i < len(keys); i++ {
			sum += get(keys[i]).Await()
		}
		return sum
	}

	b1 for.loop: ← b0 b3
		i < len(keys) → b2 | b4
	b2 for.body: ← b1
		%get.2 = start get(keys[i])
		→ b3
	b3 await: ← b2
		state 1 at essay.go:74 keeps keys sum i
		%get := await %get.2
		sum += %get
		i++
		→ b1

A loop without an await is an item like any other, and its variables are locals while it
runs, so that it is as fast as in the plain function.

Each iteration has its own i. Nobody can tell, unless somebody holds one. Then the variable
is a cell, on the heap, and renew makes the next iteration's, with a copy of the value, before
the post statement as the language says:

	func renew(n int) (fs []func() int) {
		for i := 0; i < n; i++ {
			fs = append(fs, func() int { return i })
			i += get("step").Await()
		}
		return fs
	}

	cell i #2 int over 1
	…
	b3 await: ← b2
		state 1 at essay.go:83 keeps n fs i
		%get := await %get.2
		i += %get
		renew i
		i++
		→ b1

# Range

A range loop becomes a loop with variables that the source has no name for. What it ranges
over is evaluated once, before the loop.

	func slice(keys []string) {
		for _, key := range keys {
			log(get(key).Await())
		}
	}

	b0 entry:
		%slice := keys
		%index := 0
		→ b1
	b1 range.loop: ← b0 b3
		%index < len(%slice) → b2 | b4
	b2 range.body: ← b1
		key := %slice[%index]
		%get.2 = start get(key)
		→ b3

The kinds differ in what the copy is. An array is copied whole, if there is a value variable;
with the index only it is not even evaluated, nor is a pointer to an array dereferenced, which
may be nil. A string is decoded rune by rune. An integer is a counter that assignments to the
variable do not touch. A channel is received from, which blocks; the function was written so.

A map cannot be iterated by hand: entries that are deleted meanwhile must not come, and keys
that are not equal to themselves cannot be looked up. The runtime has an iterator of Go's own,
by way of reflection.

	func mapped(m map[string]int) {
		for key := range m {
			log(get(key).Await())
		}
	}

	b0 entry:
		%iter := rt.RangeMap(m)
		→ b1
	b1 range.loop: ← b0 b3
		%iter.Next() → b2 | b4

# Iterator functions

In a range over a function the body is a callback of the iterator, on its stack. A body that
awaits would leave the iterator's frames behind. So the iterator runs in a coroutine, which
the machine asks for one element after the other:

	func seq(keys iter.Seq[string]) int {
		for key := range keys {
			if n := get(key).Await(); n > 1 {
				return n
			}
		}
		return 0
	}

	b0 entry:
		new r
		%iter := rt.PullSeq(keys)
		begin %iter
		→ b1
	b1 range.loop: ← b0 b3
		%elem, %ok := %iter.Next()
		%ok → b2 | b5
	b2 range.body: ← b1
		key := %elem
		%get.2 = start get(key)
		→ b3
	b3 await: ← b2
		state 1 at essay.go:105 keeps r %iter
		clear keys when suspended
		%get := await %get.2
		if n := %get; n > 1 { return n } | b4
		→ b1
	b4 leave: ← b3
		end %iter
		→ b6
	b5 range.end: ← b1
		end %iter
		return 0 → b6
	b6 exit: ← b4 b5
		run deferred calls, complete

The iterator must be ended however the body is left, and must see what it would see in the
plain function: yield returns false after a break, and a panic of the body passes through the
iterator's deferred calls. Every jump out of the body, return included, therefore leads
through a leave block that ends the loops it leaves, the innermost first. Begin and end are
noted in the frame, for a panic or a cancel, which do not go through blocks. The jump out of
the if statement shows that a statement may be left in its middle although it is one item: the
target stands behind it.

# Switch and select

A switch whose case expressions do not await remains a switch, with jumps for clauses. Where
they do, it is a chain of comparisons, from top to bottom until one matches; default comes
last, wherever it stands.

	func choose(n int) string {
		switch n {
		case 0:
			log("zero")
		case get("one").Await():
			return "one"
		default:
			return "many"
		}
		return "none"
	}

	b0 entry:
		%tag := n
		%tag == 0 → b3 | b1
	b1 case.next: ← b0
		%get.2 = start get("one")
		→ b2
	b2 await: ← b1
		state 1 at essay.go:117 keeps %tag
		%get := await %get.2
		%tag == %get → b4 | b5

A select first evaluates the operands of all its clauses, in source order. If any of these
awaits, those before it are saved. The left side of a receive clause is evaluated when the
clause was chosen, so it belongs to the clause's block.

# Variables

A variable is an object of the type checker, never a name. Where it lives is decided late, by
the pass spill, as near to its use as can be:

  - in its block: only one block refers to it. This is the usual case and costs nothing. A
    literal may capture it there as it does in any Go function.
  - at the top of Poll: several blocks refer to it, but it is not live over a suspension. Not
    for variables that somebody holds or that are large: the top is zeroed on every poll, and
    what escapes from there is allocated on every poll.
  - in a field: it is live over a suspension.
  - in a cell: the same, but somebody may hold it, a literal that captures it and sees it
    assigned, or a pointer. The frame has the pointer to the cell, and each run of the
    declaration makes a new one. It is never the field itself, which may serve the next
    iteration while the literal of the last one is still around.
  - in a box: its type is local, or one that only another package can name. The field is an
    any, and Poll declares or infers the type (see Witness).

The last of these:

	func boxed() int {
		type point struct{ x, y int }
		p := point{1, 2}
		get("pause").Await()
		return p.x
	}

	box p #0 point over 1

A captured variable that is never assigned after its declaration needs no cell: a copy cannot
be told from it. A literal that is only deferred, or called on the spot, runs before the frame
is gone, and may use the field as long as the declaration runs once.

# Liveness and sharing

A variable is live where its value may still be read. What is live at the start of an await's
block is what that state keeps, no more: the results are not there yet, and a resume goes
nowhere else. Two variables of one type that are never live together share a field, futures
above all, since each await of a function has one:

	func share() {
		a := get("a").Await()
		log(get(strings.Repeat("x", a)).Await())
		b := get("b").Await()
		log(get(strings.Repeat("y", b)).Await())
	}

	field %get #0 later[int]
	field %get.3 #0 later[int]
	field %get.4 #0 later[int]
	field %get.6 #0 later[int]

Liveness has the last word on garbage too. A task may wait for hours, and a field whose
variable is dead must not keep what it points to alive for so long. It is cleared when the
machine is suspended, and only then, since most polls of most futures are ready at once:

	func forget(text []byte) int {
		n := len(text)
		get("pause").Await()
		return n
	}

	b1 await: ← b0
		state 1 at essay.go:155 keeps n
		clear text when suspended

For a variable that somebody holds, an assignment is no end of its life: it writes through the
pointer, which is a read of the pointer. Only the declaration makes a new one. A panic is no
edge of the graph; what runs then is what the exit reads, and that is pinned.
*/
package lower
