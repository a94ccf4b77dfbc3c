package pitfalls

// Scopes, and what each execution of a declaration means.

import (
	"fmt"
)

// naive: keys frame slots by name, so the inner x overwrites the outer one.
// rule: slots belong to objects (types.Object), not names; the right side of := sees the outer x.
//
//async:func
func P10_shadowing() any {
	x := 1
	{
		x := x + aw(10).Await()
		_ = x
	}
	x, y := aw(x+1).Await(), x
	return fmt.Sprint(x, y)
}

// naive: hoists the else-if initialiser in front of the whole chain.
// rule: the second condition runs only if the first was false, in the first one's scope.
//
//async:func
func P11_else_if_chain() any {
	if x := aw(tr("c1", 1)).Await(); x > 0 {
		return trace
	} else if y := aw(tr("c2", x)).Await(); y > 0 {
		return y
	}
	return nil
}

// naive: evaluates the condition once, or jumps past the post statement on continue.
// rule: cond every iteration, post after continue.
//
//async:func
func P12_for_cond_post() any {
	n := 0
	for i := 0; aw(i).Await() < 5; i = aw(i + 2).Await() {
		if i == 2 {
			continue
		}
		n += i
	}
	return n
}

// naive: desugars to { i := 0; for ; cond; post {} } (dispatchrun does) and every closure sees 3.
// rule: since go1.22 each iteration has its own i, copied from the previous one just before post.
//
//async:func
func P13_loopvar_per_iteration() any {
	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i += 10; return i })
		aw(0).Await()
	}
	return fmt.Sprint(fs[0](), fs[1](), fs[2]())
}

// naive: one frame slot for x, all closures and pointers alias it.
// rule: each execution of a declaration creates a new variable; captured or address-taken locals need a fresh cell per execution.
//
//async:func
func P14_fresh_variable_per_execution() any {
	var fs []func() int
	var ps []*int
	for i := range 3 {
		x := aw(i).Await()
		fs, ps = append(fs, func() int { return x }), append(ps, &x)
	}
	*ps[0] = 42
	return fmt.Sprint(fs[0](), fs[1](), fs[2]())
}

// naive: omits the store for var x int, so the slot keeps the last iteration's value.
// rule: a declaration without initialiser zeroes the variable each time.
//
//async:func
func P15_rezero() any {
	out := ""
	for range 3 {
		var x int
		x++
		aw(0).Await()
		out += fmt.Sprint(x)
	}
	return out
}
