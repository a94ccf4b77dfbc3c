package main

import (
	"bytes"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// random is a tree of n values.
func random(r *rand.Rand, n int) (t *Tree) {
	for range n {
		t = t.Insert(r.IntN(3 * n))
	}
	return t
}

// pulled takes the first n elements of a machine, all if n is negative, and stops it.
func pulled[V any](p Puller[V], n int) (all []V) {
	defer p.Stop()
	for ; n != 0; n-- {
		v, ok := p.Next()
		if !ok {
			break
		}
		all = append(all, v)
	}
	return all
}

// What the machines hand out is what iter.Pull of the plain functions does.
func TestSameAsPull(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	for n := range 60 {
		tree := random(r, n)
		for name, c := range map[string]struct {
			machine Puller[int]
			plain   iter.Seq[int]
		}{
			"All":    {tree.AllPull(), tree.All()},
			"Leaves": {tree.LeavesPull(), tree.Leaves()},
		} {
			stop := r.IntN(n+2) - 1
			next, end := iter.Pull(c.plain)
			var want []int
			for i := stop; i != 0; i-- {
				v, ok := next()
				if !ok {
					break
				}
				want = append(want, v)
			}
			end()
			if got := pulled(c.machine, stop); !slices.Equal(got, want) {
				t.Errorf("seed %d: %s of %d values, stopped after %d: %v, want %v", seed, name, n, stop, got, want)
			}
		}
	}
}

func TestMerge(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 0))
	for count := range 6 {
		var walks, again []Puller[int]
		var want []int
		for i := range count {
			tree := random(r, 10*i)
			walks, again = append(walks, tree.AllPull()), append(again, tree.AllPull())
			want = slices.AppendSeq(want, tree.All())
		}
		slices.Sort(want)
		if got := slices.Collect(Merge(walks...)); !slices.Equal(got, want) {
			t.Errorf("%d trees: %v, want %v", count, got, want)
		}
		if got := pulled(MergePull(again...), -1); !slices.Equal(got, want) {
			t.Errorf("%d trees, pulled: %v, want %v", count, got, want)
		}
	}
}

// stopped notes that it was stopped.
type stopped struct {
	Puller[int]
	told *int
}

func (s stopped) Stop() {
	*s.told++
	s.Puller.Stop()
}

// Whoever stops a merge in the middle stops what it merges.
func TestMergeStops(t *testing.T) {
	var tree *Tree
	for v := range 10 {
		tree = tree.Insert(v)
	}
	told := 0
	got := pulled(MergePull[int](stopped{tree.AllPull(), &told}, stopped{tree.AllPull(), &told}), 5)
	if want := []int{0, 0, 1, 1, 2}; !slices.Equal(got, want) || told != 2 {
		t.Errorf("got %v and %d stopped, want %v and 2", got, told, want)
	}
}

func TestSameFringe(t *testing.T) {
	leaf := func(v int) *Tree { return &Tree{Value: v} }
	node := func(l, r *Tree) *Tree { return &Tree{Left: l, Right: r} }
	a := node(node(leaf(1), leaf(2)), leaf(3))
	for _, c := range []struct {
		b    *Tree
		want bool
	}{
		{a, true},
		{node(leaf(1), node(leaf(2), leaf(3))), true},
		{node(leaf(1), node(leaf(3), leaf(2))), false},
		{node(leaf(1), leaf(2)), false},
		{node(a, leaf(4)), false},
		{nil, false},
	} {
		if got := SameFringe(a, c.b); got != c.want {
			t.Errorf("%v: %v", slices.Collect(c.b.Leaves()), got)
		}
	}
}

func TestRun(t *testing.T) {
	var out bytes.Buffer
	if err := run(&out, []string{"-n", "5", "-trees", "3"}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 6 {
		t.Fatalf("got %q", lines)
	}
	if got := strings.Fields(strings.TrimPrefix(lines[3], "merged:")); len(got) != 15 {
		t.Errorf("merged %d values", len(got))
	}
}
