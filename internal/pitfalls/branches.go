package pitfalls

// Switches, selects, labels and goto.

import (
	"fmt"
)

// naive: re-evaluates the tag per case, or evaluates all case expressions up front, or tries default in textual order.
// rule: tag once; case expressions top to bottom until one matches; default last wherever it stands; fallthrough ignores the next condition.
//
//async:func
func P24_switch() any {
	switch tr("tag", 2) {
	default:
		return "default"
	case tr("c1", 1), aw(tr("c2", 2)).Await():
		trace = append(trace, "body")
		fallthrough
	case tr("c3", 3):
		trace = append(trace, "next")
	}
	return trace
}

// naive: turns the clause list into if a | b (dispatchrun ORs bools with token.OR) or breaks out of the loop.
// rule: break in a switch leaves the switch; continue and labels pass through it.
//
//async:func
func P25_switch_break_in_loop() any {
	out := ""
outer:
	for i := range 4 {
		switch {
		case aw(i == 0).Await(), i == 1:
			break
		case i == 3:
			break outer
		default:
			continue
		}
		out += fmt.Sprint(i)
	}
	return out
}

// naive: stores the tag in a temporary of the wrong type.
// rule: an untyped constant tag takes its default type; the comparison is tag == case with mixed interface/concrete operands and nil allowed.
//
//async:func
func P26_switch_interface() any {
	var tag any = aw(int64(3)).Await()
	switch tag {
	case 3:
		return "int 3"
	case nil:
		return "nil"
	case int64(3):
		return "int64 3"
	}
	return "none"
}

// naive: one frame slot for v.
// rule: v has a different type per clause; in multi-type and default clauses it has the operand's interface type.
//
//async:func
func P27_type_switch() any {
	out := ""
	for _, e := range []any{1, "s", nil, 2.5} {
		switch v := aw(e).Await().(type) {
		case int:
			out += fmt.Sprint(v + aw(1).Await())
		case string, float64:
			out += fmt.Sprintf("%T", v)
		case nil:
			out += fmt.Sprint(v == nil)
		}
	}
	return out
}

// naive: evaluates only the chosen clause's operands, or evaluates the receive target before choosing.
// rule: channel and send operands of all clauses, once, in source order; left side of a receive only if chosen.
//
//async:func
func P28_select() any {
	c1, c2 := make(chan int, 1), make(chan int)
	a := []int{0}
	select {
	case tr("c1", c1) <- aw(tr("v1", 5)).Await():
	case a[tr("idx", 0)] = <-tr("c2", c2):
	case <-tr("nil", (chan int)(nil)):
	}
	return trace
}

// naive: maps break to the loop inside select, or loses continue outer.
// rule: as in switch; labels are function scoped.
//
//async:func
func P29_labels() any {
	n := 0
outer:
	for i := range 3 {
		for j := range 3 {
			select {
			case <-aw((chan int)(nil)).Await():
			default:
				if j == 1 {
					continue outer
				}
				break
			}
			n += 10*i + j + 1
		}
	}
	return n
}

// naive: one slot for x across jumps back; or Go rejects goto over a declaration / into a block in the output.
// rule: a backward goto re-executes the declaration and makes a new variable.
//
//async:func
func P30_goto() any {
	var fs []func() int
	i := 0
again:
	x := aw(i).Await()
	fs = append(fs, func() int { return x })
	if i++; i < 3 {
		goto again
	}
	return fmt.Sprint(fs[0](), fs[1](), fs[2]())
}
