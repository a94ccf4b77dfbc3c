/*
# Literals that are called on the spot

A function literal that awaits is a machine of its own, and one that is called where it stands
shares the variables of the function around. Its frame is part of the other's and has a pointer
up to it.

	func spot(keys []string) int {
		sum := 0
		func() {
			defer log("counted")
			sum += get(keys[0]).Await()
		}()
		return sum
	}

	func spot
		field keys #0 []string over 1
		field sum #1 int over 1
		field %call #2 machine spot.func1
	b0 entry:
		sum := 0
		%call = start spot.func1()
		→ b1
	b1 await: ← b0
		state 1 at essay.go:162 keeps keys sum
		await %call
		return sum
	func spot.func1
		field %get.2 #0 later[int]
	b0 entry:
		defer log("counted")
		%get.2 = start get(keys[0])
		→ b1
	b1 await: ← b0
		state 1 at essay.go:164 keeps nothing
		%get := await %get.2
		sum += %get
		return → b2
	b2 exit: ← b1
		run deferred calls, complete

The variables that the literal mentions are read by the await, so they are live across it and
have their place in the outer frame. The literal's own deferred calls and returns are its own.

# Closures

A literal that is handed to rt.Async, or to a group, is a machine of its own too. But it may run
when the statement is long done, or the whole call, and it may be made many times, in a loop.
It can have no pointer into the frame of the function around, nor a place there. What it has
is what any literal of Go has: the variables that it captures.

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

	func closures.func1
		cell sum #0 int over 1
		field key #1 string
		field i #2 int over 1
		field %get.2 #3 later[int]
	b0 entry:
		%get.2 = start get(key)
		→ b1
	b1 await: ← b0
		state 1 at essay.go:175 keeps sum i
		clear key when suspended
		%get := await %get.2
		sum += %get * i
		return nil

The first three are captured. As everywhere, what is assigned after its declaration is shared,
by the pointer to its cell, and what never changes is copied. In the machine of the closure they
are variables of the frame like others, which have their values from the start, as parameters
have. So no other pass knows of closures: one inside of another captures from the frame
of that, a literal that is called on the spot in a closure looks up into it, and so to any depth.

Making a closure is an expression, not a step of a block. Therefore the literal may stand
anywhere, in a statement that awaits nothing and in a plain literal, whose variables it captures
as Go does. If the future is awaited in the same breath, as in rt.Async(…).Await(), the literal is as
good as called on the spot, and is no closure.

Types and constants of the functions around are out of reach of another function. What a
closure mentions of them is declared once more: types at package level, for both to use, constants
at the top of its Poll.

# Recursion

A future that a constructor has just made is stored by value: the frame of the caller contains
that of the callee, and a chain of calls is one allocation. A function that calls itself would
contain itself. So the frames that lie on a cycle, in which each contains the next, are found, with
those of literals, and their futures are kept behind pointers.

	func depth(n int) int {
		if n == 0 {
			return get("bottom").Await()
		}
		return depthAsync(n-1).Await() + 1
	}

	b3 if.done: ← b0
		%depthAsync.2 = start through pointer depthAsync(n-1)

Other futures, those in variables or behind interfaces, may be in use elsewhere and are always
awaited through the pointer.

What a frame contains is a matter of types: the futures of its calls, but also a variable that
is a struct with a future in it, or a future that has such a type for a type argument. A
variable on a cycle gets a cell.

# Type parameters

The machine of a generic function is generic itself, with the same type parameters. Variables
have the types that they have in the source, and most of this package does not notice.

	func collect[K comparable, V any](keys []K, fetch func(K) *later[V]) map[K]V {
		out := map[K]V{}
		for _, k := range keys {
			out[k] = fetch(k).Await()
		}
		return out
	}

	func collect
		field keys #0 []K
		field fetch #1 func(K) *later[V] over 1
		field out #2 map[K]V over 1

Where a type decides what a statement does, the types that the constraint admits do: a range
over a value of a type parameter goes by the one underlying type that they have in common, and
a value may hold a pointer if one of them may. Package typeset answers such questions. What
depends on the instance alone is decided for the worst: a conversion is saved before an await if
it would be for any of the types. A type assertion is not, if its type mentions a type parameter:
the Go compiler looks that up in a table of the instance, and does so late.

An instance of the twin makes instances of the twins that it calls. If the type arguments grow
on the way back to itself, there would be no end of them, and Go rejects the program. The plain
function does not show it, as it calls constructors and not itself. So the stubs mention the
function in the body of the twin, and the type checker finds the cycle.

# What keeps it honest

The pass sanity checks, in every test, what holds after each of the passes, and names the
mistake that each check guards against. The goldens show the graph of one construct each. And
whatever is said above about order is said by the plain function too, which is still there:
the tests run both and compare what they do.
*/
package lower
