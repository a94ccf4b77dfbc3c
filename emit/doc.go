/*
Package emit writes the generated file: it turns the machines of package lower into text.

It decides nothing about what happens when, which is settled, and everything about what it
looks like: names, structure, comments, and where the text of the user goes. Structure and
imports are built with jennifer, which is used here and nowhere else. What the user wrote is
copied from the source file, with edits. The listings are of testdata/essay.

# The shape of a machine

For this function

	func two(a, b string) int {
		x := get(a).Await()
		log("got", x)
		y := get(b).Await()
		return x + y
	}

the frame is a struct, and above it stands a table of its states for whoever reads the file or
a stack trace: what each waits for, where that is written, and what it keeps meanwhile.

	// twoFuture is the state machine of [two].
	//
	//	state         waits for               keeps
	//	twoStart
	//	twoAwaitGet   get        essay.go:48  b
	//	twoAwaitGet2  get        essay.go:50  x
	//	twoDone
	type twoFuture struct {
		rt.Pin
		state twoState
		a     string     // parameter
		b     string     // parameter, kept over twoAwaitGet
		x     int        // essay.go:48, kept over twoAwaitGet2
		get   later[int] // awaited at essay.go:48; awaited at essay.go:50
	}

Poll is the body once more, straight down, in the order of the blocks. Nothing is stored on
the way. Only when a future is not ready does the machine note where it stands, and the switch
at the top leads back there:

	func (f *twoFuture) Poll(cx *rt.Context) rt.Poll[int] {
		switch f.state {
		case twoStart:
		case twoAwaitGet:
			goto awaitGet
		case twoAwaitGet2:
			goto awaitGet2
		default:
			panic(rt.Completed("essay.two"))
		}
		f.get = *get(f.a)
	awaitGet: // essay.go:48
		if p := f.get.Poll(cx); p.Ready {
			f.x = p.Value
		} else {
			f.state = twoAwaitGet
			f.a = ""
			return rt.Pending[int]()
		}
		log("got", f.x)
		f.get = *get(f.b)
	awaitGet2: // essay.go:50
		{
			p := f.get.Poll(cx)
			if !p.Ready {
				f.state = twoAwaitGet2
				f.a = ""
				f.b = ""
				return rt.Pending[int]()
			}
			y := p.Value
			return f.finish(f.x + y)
		}
	}

Go forbids a goto to jump over a declaration or into a block. Therefore a block in which
something is declared stands in braces, as the last one does, and its label before them; a
variable of several blocks is declared above the switch. A block that is reached by falling
into it has no label, unless it is an await.

A constructor that has just made a future hands it over by value: f.get = *get(f.a) needs no
allocation, for the compiler sees that the pointer goes nowhere. The frame of the callee is
part of the frame of the caller.

Combinators say of their arguments that they are children, which nobody else has. If these are
made in the call too, the frame has a place for each, to which it is moved before its address is handed
on:

	func first(a, b string) int {
		r := rt.Select2(get(a), get(b)).Await()
		return r.A.Value + r.B.Value
	}

	f.select2 = *rt.Select2(rt.Keep(&f.get, get(f.a)), rt.Keep(&f.get2, get(f.b)))

# Names

Only the file names.go invents identifiers. The rule is that a user's name stays what it is
and ours give way, by a number behind them. Which names are in the way is known from what the
function is written with, and from what the generated code mentions besides: imports,
constants, types. So a parameter p does not clash with the p of a poll:

	func order(p *int, key string) int {
		return log(1) + *p + get(key).Await() + log(2)
	}

	p2 := f.get.Poll(cx)
	if !p2.Ready {
		f.state = orderAwaitGet
		f.key = ""
		return rt.Pending[int]()
	}
	return f.finish(f.logValue + *f.p + p2.Value + log(2))

Inside of Poll two variables of one name cannot be told apart by scope any more, because
their scopes were taken apart. There one of them gets a number. Types and constants that are
declared inside the function move to the top of Poll. A type keeps its name, since programs
can print it: several types of one name stand in nested blocks, with aliases.

Names of the runtime are in the file runtime.go, all of them: it is the contract with package
rt, which the compiler never imports. A constant in each file fails to compile if the runtime
is too old for it.

# Type parameters

The twin of a generic function has its type parameters, that of a method those of the receiver's
type, under the names that the function uses. Everything that is declared at package level for it
takes them along: its future, the struct of its results, machines of literals, and local types
that had to move out.

	func collect[K comparable, V any](keys []K, fetch func(K) *later[V]) map[K]V {
		out := map[K]V{}
		for _, k := range keys {
			out[k] = fetch(k).Await()
		}
		return out
	}

	func collectAsync[K comparable, V any](keys []K, fetch func(K) *later[V]) *collectFuture[K, V] {
		return &collectFuture[K, V]{
			fetch: fetch,
			keys:  keys,
		}
	}

A type parameter that is called _ gets a name, and so does one that would hide what generated code
has to mention, such as an import, a type of a variable, or a predeclared name.

# Copying the source

A node is copied byte for byte, comments and line breaks included, but for these edits: an
expression that a temporary stands for; a variable that lives in the frame; a name of another
package, under what it is imported as here; return and defer, and branches that leave the
statement; init statements that have run already. The splicer walks the tree and copies what
lies between the edits.

# Reaching a variable

A local is its name, a field f.x, a cell *f.x, a box that with a type assertion. Literals must
not capture f, which goes on; they capture the cell, or the value if it never changes, under a
name of its own in the block.

	func renew(n int) (fs []func() int) {
		for i := 0; i < n; i++ {
			fs = append(fs, func() int { return i })
			i += get("step").Await()
		}
		return fs
	}

	{
		i := f.i
		f.fs = append(f.fs, func() int { return (*i) })
		f.get = *get("step")
	}

A loop that does not await keeps the small fields that it uses in locals, and stores them when
it is over. Nobody can look at them in between, or they would be cells. Go's compiler can hold
a local in a register, and never a field:

	func hot(n int) int {
		k := get("k").Await()
		sum := 0
		for i := range n {
			sum += i * k
		}
		return sum + get("more").Await()
	}

	f.sum = 0
	n := f.n
	sum := f.sum
	for i := range n {
		sum += i * k
	}
	f.sum = sum

# Making a closure

A literal that becomes a machine of its own is replaced by an expression that makes the machine,
with what it captures: the pointer to a cell, the value of what never changes, the address of a Go
variable. The future that rt.Async would have returned is the machine itself; a group is handed
the machine by another of its methods.

	func closures(keys []string) error {
		sum := 0
		var all rt.Group
		for i, key := range keys {
			all.Go(func() error {
				sum += get(key).Await() * i
				return nil
			})
		}
		return all.Wait().Await()
	}

	for i, key := range keys {
		all.SpawnIn(cx, &closuresFunc1Future{
			i:   i,
			key: key,
			sum: &sum,
		})
	}

The context says which runtime polls, and so where the tasks belong that a machine spawns: the
same goes for rt.Spawn, rt.Now and rt.Dump. A plain literal, which may run when nobody polls, captures the
runtime as it does variables, and a defer statement saves it. Where a function is a value, or the
method of an interface, its name does not say that it spawns, and it uses the default runtime.

Who wakes others in a poll does so with the context as well, and they stay with the worker: where the source
calls a method marked //async:in, such as Unlock of a guard, the machine calls UnlockIn(cx). A deferred call
takes the context of the poll in which it is made, which the frame holds meanwhile: f.polled.

# The end of a call

A machine without deferred calls returns through finish, which stores that it is done. One
with deferred calls has more to see to: they run at a return, at a panic, at runtime.Goexit,
and when the machine is canceled, and recover must work in them, which Go allows only in a
function that was deferred by a frame that unwinds. So Poll defers leave, which finds out by
the state whether the body ended by itself:

	func safe(key string) (n int, err error) {
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("%s: %v", key, v)
			}
		}()
		n = get(key).Await()
		return 10 / n, nil
	}

	func (f *safeFuture) Poll(cx *rt.Context) (out rt.Poll[int]) {
		defer f.leave(&out)
		switch f.state {
		case safeStart:
			f.state = safeRunning
		…
			key := f.key
			f.defers.Push(cx, func(rest func()) {
				defer func() {
					if v := recover(); v != nil {
						f.err = fmt.Errorf("%s: %v", key, v)
					}
				}()
				rest()
			})
		…
		f.n, f.err = 10/f.n, nil
		f.defers.Run()
		f.state = safeDone
		return rt.Finish(f.n, f.err)
	}

	func (f *safeFuture) leave(out *rt.Poll[int]) {
		if f.state != safeRunning {
			return
		}
		f.state = safeDone
		f.defers.Unwind(recover())
		*out = rt.Finish(f.n, f.err)
	}

A deferred call is a function that defers the user's call itself and goes on with the rest;
the runtime stacks these functions, so that each call is deferred by a frame of its own and a
panic passes through all of them as it would have.

If deferred calls await, the machine can be suspended while they are made. Then the context goes to
leave too, which suspends instead of returning a result, and Poll comes back to the exit:

	func undo(key string) (err error) {
		defer func() {
			if v := recover(); v != nil {
				get("undo").Await()
				err = fmt.Errorf("%s: %v", key, v)
			}
		}()
		log(get(key).Await())
		return nil
	}

	rt.DeferAwait(&f.defers, cx, &undoFunc1Future{
		err:       f.err,
		key:       f.key,
		unwinding: &f.defers,
	})
	…
	exit: // essay.go:210
		if !f.defers.Poll(cx) {
			f.state = undoAwaitDefers
			f.key = ""
			f.get = later[int]{}
			return rt.Pending[struct{}]()
		}
		f.state = undoDone
		return rt.Finish(struct{}{}, (*f.err))

The literal is not called by a frame that unwinds. What recover would give it, the runtime has:

	f.v = f.unwinding.Recover()

# Generators

The machine of a generator has Next in the place of Poll, and the consumer in the place of the
future. While the body runs the state says that it has ended, which is what it has if it panics:

	func (f *evensIter) Next() (int, bool) {
		state := f.state
		f.state = evensDone
		switch state {
		case evensStart:
		case evensYield:
			goto yield
		default:
			return f.finish()
		}
		f.i = 0
	forLoop:
		if f.i > f.last {
			goto forDone
		}
		f.state = evensYield
		return f.i, true
	yield: // essay.go:217
		if !f.More() {
			return f.finish()
		}
		f.i += 2
		goto forLoop
	forDone:
		return f.finish()
	}

A yield that control can get to after one has returned false asks f.Yields() first, and returns
false again if the consumer has left.

The constructor is a copy of what stands before the return statement, and takes the variables
from there:

	func evensPull(n int) *evensIter {
		last := n - n%2
		return &evensIter{last: last}
	}

In a walk Next belongs to the outermost machine, and resumes the innermost, whose body is in a
method step:

	*f.visit = *f.visit.handOn(visitPull(f.t.left), f)
	f.state = visitRangeVisit
	if v, ok := f.visit.step(root); ok {
		return v, ok
	}

If a machine of the walk has deferred calls, root.top is the innermost machine also while that runs, and is
set around such a step. Then Next calls resume, which has deferred the function that leads what ends
a body through the machines, and calls it again if one of them has recovered.

A stream has a Poll, but not under that name: what polls it are the futures of its Next and
Stop, which are the same struct under other types.

# Telling where it stands

The method Where is the table of states once more, for whoever asks a task that waits what it
waits for. While Poll runs the state is an old one, for nothing is stored on the way. If a
panic passes through Poll, what the machine has come to can be seen from the line that is on the
stack; so Where also knows how many lines above its own the labels of the awaits stand:

	func (f *twoFuture) Where(w *rt.Where) {
		switch rt.Standing(w, f.state, 50, 40) {
		case twoStart:
			w.At("essay.two", "essay.go:47")
		case twoAwaitGet:
			w.At("essay.two", "essay.go:48", &f.get)
		case twoAwaitGet2:
			w.At("essay.two", "essay.go:50", &f.get)
		}
	}

# Stale files

A line at the top of each twin assigns the function to a variable of the type that it had. If
the function was changed since, that does not compile. For a generic function the line stands in
a function without a name, which lends its type parameters:

	func _[K comparable, V any]() {
		var _ func([]K, func(K) *later[V]) map[K]V = collect[K, V]
	}

The text depends on the source only: not on time, path, version or the order of a map.
*/
package emit
