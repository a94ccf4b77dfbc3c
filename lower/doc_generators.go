/*
# Generators

A generator is a function that returns an iterator, written as a function literal. The literal's
body becomes a machine. A call of yield is where it is suspended:

	func evens(n int) iter.Seq[int] {
		last := n - n%2
		return func(yield func(int) bool) {
			for i := 0; i <= last; i += 2 {
				if !yield(i) {
					return
				}
			}
		}
	}

	func evens
		field last #0 int over 1
		field i #1 int over 1
	b0 entry:
		i := 0
		→ b1
	b1 for.loop: ← b0 b3
		i <= last → b2 | b4
	b2 for.body: ← b1
		yield i
		→ b3
	b3 yield: ← b2
		state 1 at essay.go:217 keeps last i
		%more := resumed
		if !%more { return }
		i += 2
		→ b1

A yield looks like an await without a future: there is an operand before, a suspension, and a
result after it. So everything that was said of awaits holds for it, and the passes do not
know the difference. What is to be polled is the consumer: the value goes out, and when the
machine is resumed the answer is there, whether more is wanted. Once it is not, a yield
hands out nothing, and does not suspend.

What stands before the return statement belongs to the call of the function and not to the
machine. It runs when the machine is made, and its variables that the literal mentions come
with it, like last here; one that somebody else holds is a cell, as a parameter would be.

Only what the body does itself can be suspended so. If it hands yield to somebody else, or calls
it in a literal, the generator is no machine: it has no graph, and the plain function runs in a
coroutine.

	func tokens(seqs ...iter.Seq[string]) iter.Seq[string] {
		return func(yield func(string) bool) {
			for _, seq := range seqs {
				seq(yield)
			}
		}
	}

	func tokens
		coroutine: yield is used as a value at essay.go:286

# Ranges over generators

A range over a call of a generator, in a loop whose body awaits or yields, needs no coroutine. The
frame has the generator's machine in it:

	func total(n int) int {
		sum := 0
		for v := range evens(n) {
			sum += v * get("factor").Await()
		}
		return sum
	}

	b0 entry:
		sum := 0
		%evens = open evens(n)
		→ b1
	b1 range.loop: ← b0 b3
		%elem, %ok := %evens.Next()
		%ok → b2 | b4
	…
	b4 range.end: ← b1
		end %evens
		return sum

How the loop ends matters to the generator as it does to any iterator. But one without deferred
calls has nothing to do when the body panics, and then nobody has to know of it: there is no
begin here. If the generator has deferred calls, or is in another package, it is noted in the
frame as a coroutine is, and the machine runs them with the panic passing through.

# Walks

A recursive generator would be resumed through all the machines that stand around it. What they
do with an element is to pass it on:

	func visit(t *node) iter.Seq[string] {
		return func(yield func(string) bool) {
			if t == nil {
				return
			}
			for key := range visit(t.left) {
				if !yield(key) {
					return
				}
			}
			yield(t.key)
		}
	}

	b0 entry:
		if t == nil { return }
		%visit = delegate to visit(t.left)
		→ b1
	b1 range.visit: ← b0
		state 1 at essay.go:244 keeps t %visit
		%visit has ended
		%visit.More() → b3 | b2
	b2 range.left: ← b1
		return

In such a loop there is nothing to come back to. The machine that yields tells the outermost one,
which the consumer holds, that it is the innermost, and is the one that is resumed next. When it
has ended it is the turn of the machine around it, and that goes on behind its loop: all elements
have passed, or the consumer has had enough, and the machine is left as the loop would be.

So an element costs the same at any depth. The machine of the last part serves for the next one
with all that it has made for its own parts, and a walk of a tree makes as many machines as the
tree is high. Loops of this form are found in circles of generators that call each other, since
others do not nest deeply.

If the machines have deferred calls, a panic in the innermost has to pass through those around it,
from the inside out. They are not on the stack, so the outermost machine sees to that: it makes the
deferred calls of one after the other, until one of them recovers. That machine has ended then, and the
one around it goes on behind its loop. A machine that has none is passed by, as is its loop, which
only hands on.

# Streams

A stream is a generator that awaits. Its machine is suspended in two ways: at an await it is not
ready, at a yield it is ready with an element.

	func lengths(keys []string) iter.Seq[int] {
		return func(yield func(int) bool) {
			for _, key := range keys {
				if !yield(get(key).Await()) {
					break
				}
			}
		}
	}

	b3 await: ← b2
		state 1 at essay.go:257 keeps %slice %index
		%get := await %get.2
		yield %get
		→ b4
	b4 yield: ← b3
		state 2 at essay.go:257 keeps %slice %index

To ask for an element is to await, and so is to stop a stream, because it may have to wait at
its end. A range over a stream does both. It awaits although there is no await in sight:

	func longest(keys []string) int {
		n := 0
		for length := range lengths(keys) {
			n = max(n, length)
		}
		return n
	}

	b1 range.loop: ← b0 b3
		%next = next of %lengths
		→ b2
	b2 await: ← b1
		state 1 at essay.go:267 keeps r n %lengths
		clear keys when suspended
		%elem, %ok := await %next
		%ok → b3 | b4

A cancel of the function while it waits for an element is a cancel of the stream at the await
where that stands. While the function waits for something else, it is a cancel at the yield. A
panic of the loop's body is one at the yield too. The deferred calls of the stream come before those
of the function then, which waits for them where it waits for its own: so it has a state for that
though none of its own may await.
*/
package lower
