package parse

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
	"testing"
)

// TestVars compares the facts about each variable with the comment on the line of its
// declaration, // name: Fact Fact; name: Fact. A variable without one has no facts.
func TestVars(t *testing.T) {
	r := loadClean(t, varsSource+modernLoops, ".", "./old")
	for _, p := range r.Packages {
		for _, f := range p.Files {
			wants, seen := factComments(f), make(map[string]bool)
			var check func(fn *Func)
			check = func(fn *Func) {
				for v, facts := range fn.Vars {
					at := p.Fset.Position(v.Pos())
					key := fmt.Sprintf("%d %s", at.Line, v.Name())
					if got := factNames(facts); got != wants[key] {
						t.Errorf("%s: %s in %s has facts %q, want %q", at, v.Name(), fn.Names.Func, got, wants[key])
					}
					if facts.Obj != v {
						t.Errorf("%s: %s has the facts of %s", at, v.Name(), facts.Obj.Name())
					}
					seen[key] = true
				}
				for _, lit := range fn.Lits {
					check(lit)
				}
			}
			for _, fn := range f.Funcs {
				check(fn)
			}
			for key, want := range wants {
				if seen[key] {
					continue
				}
				t.Errorf("%s: no variable has the facts %q", key, want)
			}
		}
	}
}

var factComment = regexp.MustCompile(`// (\w+:.*)$`)

func factComments(f *File) map[string]string {
	wants := make(map[string]string)
	for i, line := range strings.Split(string(f.Source), "\n") {
		m := factComment.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		for _, part := range strings.Split(m[1], ";") {
			name, facts, _ := strings.Cut(strings.TrimSpace(part), ":")
			words := strings.Fields(facts)
			sort.Strings(words)
			wants[fmt.Sprintf("%d %s", i+1, name)] = strings.Join(words, " ")
		}
	}
	return wants
}

func factNames(v *Var) string {
	var names []string
	for name, is := range map[string]bool{
		"Addressed": v.Addressed, "Assigned": v.Assigned, "Called": v.Called, "Captured": v.Captured,
		"Deferred": v.Deferred, "Repeats": v.Repeats, "Shared": v.Shared,
	} {
		if is {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return strings.Join(names, " ")
}

const varsSource = `
-- vars.go --
package m

import "github.com/asyncgen/asyncgen/rt"

type inner struct{ n int; arr [3]int }
func (inner) value() {}
func (*inner) pointer() {}
type outer struct { inner; p *inner; m map[string]int; s []int }
type viaPointer struct { *inner }
type T struct{ n int }
func use(...any) {}

//async:func
func roles() {
	a := 1 // a: Captured
	b := 2 // b: Deferred
	c := 3 // c: Called
	d := 4 // d: Shared
	e := 5 // e: Captured
	g := 6 // g: Captured
	h := 7 // h: Deferred
	i := 8 // i: Called
	j := 9 // j: Shared Captured
	k := 10 // k: Shared Deferred
	l := 11 // l: Shared Called
	m := 12 // m: Captured
	n := 13 // n: Shared
	use(func() { use(a) })
	defer func() { use(b); func() { use(h) }() }()
	func() { use(c); defer func() { use(i) }() }()
	go func() { use(e) }()
	defer use(func() { use(g) })
	defer func() { use(func() { use(m) }) }()
	func(p int) { // p: Captured
		rt.Yield().Await()
		use(d, p)
		use(func() { use(j, p) })
		defer func() { use(k) }()
		func() { use(l) }()
		q := 1 // q: Deferred Assigned
		defer func() { q++ }()
		func() { rt.Yield().Await(); use(n) }()
	}(1)
	_ = func(x int) { y := x; use(y) }
}

//async:func
func addresses(param int, arr [3]int, ptr *[3]int) { // param: Addressed; arr: Addressed
	use(&param)
	use(arr[:], ptr[:])
	var a, b, c, e inner // a: Addressed; b: Addressed; c: Addressed
	a.pointer()
	_ = b.pointer
	use(&c.arr[1])
	e.value()
	var f, g, h, i, j outer // f: Addressed; g: Addressed; j: Addressed
	f.pointer()
	use(&(g.inner).n)
	h.p.pointer()
	use(&h.p.n, &h.s[1], h.s[:])
	i.value()
	_ = j.inner.arr[:]
	var k viaPointer
	k.pointer()
	use(&k.n)
	l := &inner{}
	l.pointer()
	use(&l.arr)
	var m [2]int // m: Addressed
	for range &m {
	}
	for range m {
	}
	n := [2]inner{} // n: Addressed
	n[0].pointer()
	s := []inner{{}}
	s[0].pointer()
	o := 1 // o: Captured Addressed
	use(func() { use(&(o)) })
	use(inner.value, (*inner).pointer)
}

//async:func
func assignments(in int, unused int) (out int, named, _ error) { // in: Assigned; out: Assigned; named: Assigned; _: Assigned
	in = 1
	var a, b, c, d, e inner // a: Assigned; b: Assigned; c: Assigned
	a = inner{}
	b.n++
	c.arr[1] += 2
	use(a, d, e)
	f := 1 // f: Assigned
	f, g := 2, 3
	use(f, g)
	var h, i int // h: Assigned; i: Assigned
	for h, i = range []int{1} {
	}
	var p *inner
	p.n, p.arr[1] = 1, 2
	m := map[int]int{}
	m[1] = 2
	sl := []int{1}
	sl[0] = 1
	k := 1 // k: Captured Assigned
	use(func() { k = 2 }, k)
	var ch chan int
	var l int // l: Assigned
	var ok bool // ok: Assigned
	select {
	case l, ok = <-ch:
	case x := <-ch:
		use(x)
	}
	use(h, i, l, ok)
	if true {
		return in, nil, nil
	}
	return
}

//async:func
func bare() (out int) {
	return
}

//async:func
func (t T) receiver(fn func(x int) (y int)) { // t: Assigned
	t.n = 1
	switch v := any(t).(type) { // v: Captured
	case int:
		use(func() { use(v) })
	case string:
		use(func() { use(v) })
	}
	type local struct{ field int }
	var _ = local{field: 1}
}

//async:func
func gotos() {
	a := 1
	goto forward
forward:
again:
	use(a)
	{
		b := 2 // b: Repeats
		use(b)
		if a > 1 {
			goto again
		}
		c := 3
		use(c)
	}
	func() {
		rt.Yield().Await()
		d := 1
		use(d)
	}()
}

//async:func
func constants() {
	var a [3]int // a: Captured
	use(func() { var x [len(a)]int; use(x) })
}
-- old/old.go --
//go:build go1.21

package old

func use(...any) {}

//async:func
func loops() {
	for i := 0; i < 3; i++ { // i: Assigned
		a := i // a: Repeats
		use(a)
	}
	for k, v := range []int{1} { // k: Assigned; v: Assigned
		use(k, v)
	}
	for {
		for i := range []int{1} { // i: Assigned Repeats
			use(i)
		}
	}
}
`

const modernLoops = `
-- loops.go --
package m

//async:func
func loops(n int) {
	for i := 0; i < n; i++ { // i: Assigned
		a := i // a: Repeats
		use(a)
		for j := 0; j < a; j++ { // j: Assigned Repeats
			use(j)
		}
		func() { b := 1; use(b) }()
	}
	for k, v := range []int{1} { // k: Repeats; v: Repeats
		use(k, v)
	}
	for x := range 3 { // x: Repeats
		switch y := any(x).(type) { // y: Repeats
		case int:
			use(y)
		}
	}
	last := 1
	use(last)
}
`
