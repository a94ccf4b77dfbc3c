package pitfalls

// Variables, constants, types and names.

import (
	"fmt"
	"reflect"
	"strings"
)

// naive: copies x into the closure or into the frame by value.
// rule: closures share the variable; writes after the await are visible both ways.
//
//async:func
func P37_closure_by_reference() any {
	x := 1
	inc := func() { x++ }
	aw(0).Await()
	inc()
	x *= 10
	inc()
	return x
}

// naive: passes the state struct by value (or moves it after the first poll), so p points into the old copy.
// rule: &x must stay valid: the frame never moves once polled.
//
//async:func
func P38_pointer_to_local() any {
	x := 1
	p := &x
	aw(0).Await()
	*p = 5
	return x
}

// naive: tmp := arr; tmp[i:] slices the copy; tmp := t; tmp.Ptr() mutates the copy.
// rule: spill the address of an addressable operand, not its value.
//
//async:func
func P39_addressable_operands() any {
	arr := [3]int{}
	s := arr[aw(1).Await():]
	s[0] = 9
	t := T{}
	t.Ptr(aw(3).Await())
	t.arr[aw(2).Await()] = 4
	return fmt.Sprint(arr, t)
}

// naive: binds the method late, to the variable.
// rule: a method value copies its receiver when evaluated; through a nil interface it panics right there.
//
//async:func
func P40_method_value() (res any) {
	defer func() { res = fmt.Sprint(res, " ", recover() != nil) }()
	t := T{a: 1}
	f := t.Val
	t.a = aw(2).Await()
	res = fmt.Sprint(f(), T.Val(t), (*T).Ptr(&t, 1))
	var s Shape
	_ = s.Val
	return "no panic"
}

// naive: t := 1 << n is an int.
// rule: an untyped constant shift takes its type from the context; never give untyped operands a temporary.
//
//async:func
func P41_untyped_shift() any {
	var u uint8 = 1 << aw(8).Await() >> 1
	var w int64 = 1 << aw(40).Await()
	return fmt.Sprint(u, w)
}

type Bool bool

// naive: tmp := 0.1 (float64), tmp := a == b (bool), tmp := 1<<100: none of these compile.
// rule: keep constants in place; untyped bool results convert to the context's type.
//
//async:func
func P42_untyped_other() any {
	const big = 1 << 100
	var f float32 = 0.5 * aw(float32(3)).Await()
	var b Bool = 1 == aw(1).Await()
	return fmt.Sprint(f, b, big>>98+aw(1).Await())
}

// naive: drops local consts, or re-declares them per state with iota restarted.
// rule: constants, local types and labels are compile-time: move the whole declaration, keep iota groups together.
//
//async:func
func P43_local_const_iota() any {
	const (
		_ = iota
		A
		B = A * 10
		C
	)
	aw(0).Await()
	return fmt.Sprint(A, B, C)
}

// naive: lifts the type to package level under another name: %T, reflect and type identity change, collisions appear.
// rule: a local type is a distinct type with its own name; in a generic function one per instantiation.
//
//async:func
func P44_local_type() any {
	type T struct{ v string }
	x := T{"local"}
	aw(0).Await()
	return fmt.Sprintf("%T %v %v", x, x, reflect.TypeOf(x).Name())
}

func gen[E any](e E) string {
	type box struct{ v E }
	b := box{e}
	aw(0).Await()
	return fmt.Sprintf("%T", b.v)
}

// naive: drops the type parameters from the state struct.
// rule: the frame type needs the function's (and receiver's) type parameters, also for types declared inside.
//
//async:func
func P45_generics() any {
	return gen(1) + gen("s")
}

// naive: writes len, nil, any, fmt or the runtime's import name into the output and lets the user's variable capture it.
// rule: predeclared names and packages can be shadowed; generated names must be fresh in every scope.
//
//async:func
func P46_shadowed_universe() any {
	len := func(string) string { return "user len" }
	nil, true, fmt := aw("n").Await(), false, aw("f").Await()
	return len("x") + nil + fmt + strings.Repeat("t", map[bool]int{true: 1}[false])
}
