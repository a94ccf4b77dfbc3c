package rt_test

import (
	"flag"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// A limb is a node of a tree whose walk does what the limb says: nothing, or panic, or runtime.Goexit.
type limb struct {
	name                   string
	left, right            *limb
	by                     [2]int // the generators that walk left and right
	first, then, ifRefused string // before the walk of left, after the yield, where that has returned false
	deferred               []string
	iterator               string // what the iterator does that loops are in
	notes                  *[]string
}

func (l *limb) note(args ...any) { *l.notes = append(*l.notes, l.name+" "+fmt.Sprint(args...)) }

// act does what is asked for, and says so.
func (l *limb) act(what string) {
	if what != "" {
		l.note(what)
	}
	switch what {
	case "panic":
		panic("panic of " + l.name)
	case "fault":
		var m map[string]int
		m[l.name]++
	case "exit":
		runtime.Goexit()
	case "panic over exit":
		defer l.act("panic")
		runtime.Goexit()
	}
}

// leave is deferred.
func (l *limb) leave(what string) {
	l.note("deferred ", what)
	switch what {
	case "recover":
		l.note(recover())
	case "replace":
		l.note(recover())
		panic("replaced in " + l.name)
	default:
		l.act(what)
	}
}

// twice is an iterator that may recover what its loop's body panics with.
func (l *limb) twice() iter.Seq[int] {
	return func(yield func(int) bool) {
		defer l.leave(l.iterator)
		_ = yield(1) && yield(2)
	}
}

// climb has deferred calls.
//
//async:gen
func climb(l *limb) iter.Seq[string] {
	return func(yield func(string) bool) {
		if l == nil {
			return
		}
		for _, what := range l.deferred {
			defer l.leave(what)
		}
		l.act(l.first)
		switch l.by[0] {
		case 0:
			for v := range climb(l.left) {
				if !yield(v) {
					return
				}
			}
		case 1:
			for v := range creep(l.left) {
				if !yield(v) {
					break
				}
			}
		case 2:
			for v := range swing(l.left) {
				if !yield(v) {
					return
				}
			}
		case 3: // this loop does more than to pass on
			for v := range climb(l.left) {
				l.note("sees ", v)
				if !yield(v) {
					l.act(l.ifRefused)
					break
				}
			}
		}
		if !yield(l.name) {
			l.act(l.ifRefused)
		}
		l.act(l.then)
		if l.by[1] == 1 {
			for v := range creep(l.right) {
				if !yield(v) {
					break
				}
			}
		} else {
			for v := range climb(l.right) {
				if !yield(v) {
					return
				}
			}
		}
		l.note("end")
	}
}

// creep has none.
//
//async:gen
func creep(l *limb) iter.Seq[string] {
	return func(yield func(string) bool) {
		if l == nil {
			return
		}
		l.act(l.first)
		if !yield(l.name) {
			l.act(l.ifRefused)
		}
		for v := range climb(l.left) {
			if !yield(v) {
				return
			}
		}
		l.act(l.then)
		for v := range swing(l.right) {
			if !yield(v) {
				break
			}
		}
		l.note("end")
	}
}

// swing is in a loop over an iterator, and may have deferred calls.
//
//async:gen
func swing(l *limb) iter.Seq[string] {
	return func(yield func(string) bool) {
		if l == nil {
			return
		}
		if len(l.deferred) > 0 {
			defer l.leave(l.deferred[0])
		}
		for i := range l.twice() {
			l.act(l.first)
			for v := range creep(l.left) {
				if !yield(v) {
					return
				}
			}
			if i == 2 {
				l.act(l.then)
			}
			if !yield(l.name) {
				l.act(l.ifRefused)
			}
		}
		for v := range climb(l.right) {
			if !yield(v) {
				break
			}
		}
		l.note("end")
	}
}

// gather takes elements in a range statement whose body is suspended, and ends as asked for with the one
// that comes after n others.
//
//async:func
func gather(l *limb, n int, end string) {
	defer func() {
		if end != "panic" {
			return
		}
		l.note("gathered ", recover())
	}()
	defer l.note("deferred in gather")
	for v := range climb(l) {
		l.note("gets ", v)
		rt.Yield().Await()
		if n--; n < 0 {
			if end == "break" {
				break
			}
			l.act(end)
		}
	}
	l.note("gathered")
}

// anyLimb makes a tree of at most that height.
func anyLimb(rng *rand.Rand, name string, height int, notes *[]string) *limb {
	if height == 0 || len(name) > 1 && rng.IntN(4) == 0 {
		return nil
	}
	sometimes := func(n int, of ...string) string {
		if rng.IntN(n) > 0 {
			return ""
		}
		return of[rng.IntN(len(of))]
	}
	l := &limb{name: name, notes: notes}
	l.left = anyLimb(rng, name+"l", height-1, notes)
	l.right = anyLimb(rng, name+"r", height-1-rng.IntN(2)*min(1, height-1), notes)
	l.by = [2]int{rng.IntN(4), rng.IntN(2)}
	l.first = sometimes(30, "panic", "fault", "exit", "panic over exit")
	l.then = sometimes(9, "panic", "fault", "exit", "panic", "panic over exit")
	l.ifRefused = sometimes(5, "panic", "exit", "panic over exit")
	// A coroutine that an iterator runs in forgets runtime.Goexit below a panic that leaves it.
	l.iterator = sometimes(3, "recover", "replace", "panic", "exit", "recover")
	for range rng.IntN(3) {
		l.deferred = append(l.deferred, sometimes(2, "recover", "replace", "panic", "exit", "recover", "recover", "panic over exit"))
	}
	return l
}

// ending runs f in a goroutine of its own and tells how it has ended.
func ending(f func()) (how string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		how = "exits"
		defer func() {
			if v := recover(); v != nil {
				how = fmt.Sprintf("panics with %T %[1]v", v)
			}
		}()
		f()
		how = "returns"
	}()
	<-done
	return how
}

// pulled takes n elements, stops, and asks again.
func pulled(l *limb, n int, next func() (string, bool), stop func()) {
	note := func(what string, f func()) {
		*l.notes = append(*l.notes, what+" "+ending(f))
	}
	ask := func() {
		note("next", func() {
			v, ok := next()
			*l.notes = append(*l.notes, fmt.Sprint(v, ok))
		})
	}
	for range n {
		ask()
	}
	note("stop", stop)
	note("stop", stop)
	ask()
}

var levelsSeed = flag.Uint64("levels.seed", 1, "the `seed` of the first walk")

// TestLevels compares walks whose machines end in all ways, in trees of all forms, with the functions that
// they are made of, in a coroutine and in a range statement.
func TestLevels(t *testing.T) {
	for seed := *levelsSeed; seed < *levelsSeed+300; seed++ {
		var notes []string
		l := anyLimb(rand.New(rand.NewPCG(seed, 0)), "t", 5, &notes)
		same := func(what string, n int, plain, twin func()) {
			t.Helper()
			notes = nil
			how := ending(plain)
			want := append(notes, how)
			notes = nil
			how = ending(twin)
			got := append(notes, how)
			if !slices.Equal(got, want) {
				t.Fatalf("-levels.seed=%d, %s, %d elements:\ngot  %q\nwant %q", seed, what, n, got, want)
			}
		}
		for n := range 10 {
			same("pull", n, func() {
				next, stop := iter.Pull(climb(l))
				pulled(l, n, next, stop)
			}, func() {
				it := climbPull(l)
				pulled(l, n, it.Next, it.Stop)
			})
			for _, end := range []string{"break", "panic", "exit", "panic over exit"} {
				same(end, n, func() { gather(l, n, end) }, func() { gatherAsync(l, n, end).Await() })
			}
		}
	}
}

// dig nests n machines in the outermost one. The innermost calls bottom.
//
//async:gen
func dig(n int, bottom, deferred func()) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer deferred()
		if n == 0 {
			bottom()
			return
		}
		for v := range dig(n-1, bottom, deferred) {
			if !yield(v) {
				return
			}
		}
		yield(n)
	}
}

// TestLevelsReentered calls Next from inside: of a body it is one too many, and for a deferred call that a
// panic makes the generator has ended.
func TestLevelsReentered(t *testing.T) {
	var it *digIter
	var ended []string
	it = digPull(2, func() { it.Next() }, func() {
		it.Stop()
		v, ok := it.Next()
		ended = append(ended, fmt.Sprint(v, ok))
	})
	want := "panics with string rt_test.dig: Next called again before yield"
	if how := ending(func() { it.Next() }); how != want {
		t.Errorf("a generator that calls its own Next %s, want: %s", how, want)
	}
	if want := []string{"0 false", "0 false", "0 false"}; !slices.Equal(ended, want) {
		t.Errorf("the deferred calls got %q, want %q", ended, want)
	}
	if v, ok := it.Next(); ok {
		t.Errorf("then Next returns %d", v)
	}
}

// TestLevelsDeep has a panic go through many machines that all have deferred calls, until
// the last but one recovers it.
func TestLevelsDeep(t *testing.T) {
	const depth = 10_000
	deferred := 0
	it := digPull(depth, func() { panic("bottom") }, func() {
		if deferred++; deferred == depth {
			recover()
		}
	})
	v, ok := it.Next()
	if !ok || v != depth || deferred != depth {
		t.Errorf("after %d deferred calls: %d, %t", deferred, v, ok)
	}
	it.Stop()
	if deferred != depth+1 {
		t.Errorf("%d deferred calls at the end", deferred)
	}
}

// topple has each of n nested machines panic and recover without an element in between.
//
//async:gen
func topple(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		if n == 0 {
			return
		}
		defer func() { recover() }()
		for v := range topple(n - 1) {
			if !yield(v) {
				return
			}
		}
		panic(n)
	}
}

// TestLevelsTopple recovers one panic after the other in a single Next, which must not nest them.
func TestLevelsTopple(t *testing.T) {
	const depth = 10_000
	if v, ok := topplePull(depth).Next(); ok {
		t.Errorf("Next returns %d", v)
	}
}
