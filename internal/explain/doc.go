/*
Package explain shows a machine to whoever wants to understand it: as text, as a diagram in the
notation of Mermaid, and as a page of HTML that needs nothing else.

Data flows one way. [New] takes what the compiler knows, a [lower.Machine] and what package emit has
written of it, and makes an [Explanation], plain data without positions or types; the three
writers read that and nothing else, so that they cannot differ in what they say.

# What belongs together

Each thing that is shown has tags: a state, a variable, a line of the source. Two things belong
together if they share a tag, and that is all that the page knows when it lights them up:

	tag      is on
	s0.1     state 1 of machine 0: its box and edges in the graph, the line of its await, and the
	         lines of the generated file that poll, suspend, resume, cancel and tell of it
	v3       variable 3: each mention of it in the source; the field that holds it, and each
	         mention of that in the generated file
	l12      line 12 of the source, and the lines that were generated from it

Fields are found by the names that package emit hands over, since the generated file is not
type-checked for its bodies: in a method of a machine, f.x is the field x of its frame. Fields that
several variables share have the tags of all of them.

# Edges

An edge leads from one state to another if control can get from the first await to the second
without coming by a third. It does not say that the machine suspends there: an await that is ready
at once is passed. Panics, and calls of runtime.Goexit, end every machine and have no edges.

# Sizes

What a frame takes is asked of the type checker, which is given the generated files of the package
and of those that it imports. The frame of a generic machine has no size of its own.
*/
package explain
