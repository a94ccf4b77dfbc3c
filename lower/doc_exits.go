/*
# Defer, panic and recover

Deferred calls outlive the poll in which they were deferred, so they are kept in the frame.
The function value and the arguments are evaluated at the statement. What remains is to run
them at the end, whatever the end is, and that is the business of the runtime's type Defers
and of the code around the blocks. Here it means that such a machine has an exit: every return
stores the results and goes to the block that runs the calls, which may change named results.

	func safe(key string) (n int, err error) {
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("%s: %v", key, v)
			}
		}()
		n = get(key).Await()
		return 10 / n, nil
	}

	b1 await: ← b0
		state 1 at essay.go:132 keeps n err
		clear key when suspended
		n = await %get
		return 10 / n, nil → b2
	b2 exit: ← b1
		run deferred calls, complete

The results are pinned: they have a field each, from the start, because a panic may end the
body at any point and the results are what they are then. A machine that defers nothing, has
no iterator loop and has no result that somebody holds has no exit block and pays nothing.

# Deferred calls that await

A deferred call may await too: a literal with awaits in it, or the method Await of a future.
When the function ends, the call is not over at once, and the function is suspended once more,
in its exit block, which therefore is a state:

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

	func undo
		field key #0 string
		cell err #1 error over 1 2
		field %get.2 #2 later[int]
	b0 entry:
		new err
		defer func() { if v := recover(); v != nil { get("undo").Await() err = fmt.Errorf("%s: %v", key, v) } }()
		%get.2 = start get(key)
		→ b1
	…
	b2 exit: ← b1
		state 2 at essay.go:210 keeps err
		clear key when suspended
		clear %get.2 when suspended
		await deferred calls, complete
	func undo.func1
		cell err #0 error over 1
		field key #1 string over 1
		field v #2 interface{} over 1
		field %get #3 later[int]
	b0 entry:
		v := recover()
		v != nil → b1 | b3

The literal is a closure. Its machine is made by the defer statement, as often as that runs, and
holds what the literal captures: the cell of err, a copy of key. A future whose Await is
deferred is evaluated by the statement as well. Either is a future that the runtime has in its
list of deferred calls, in the order of the statements, among the plain ones.

Because a panic may end the body anywhere, the exit block can be reached from anywhere: it stays
a block of its own, and in the machine, also where no path leads to it.

What is in flight while a deferred call is suspended, a panic or a cancel, is the runtime's
business; so is recover in the literal, which asks the runtime. The file unwind.go of package rt
has the rest of the story.
*/
package lower
