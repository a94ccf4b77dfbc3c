package rt

import (
	"maps"
	"math"
	"testing"
)

func TestRangeMap(t *testing.T) {
	type named map[string]int
	want := named{"a": 1, "b": 2, "c": 3}
	got := named{}
	for r := RangeMap(want); r.Next(); {
		got[r.Key()] = r.Value()
	}
	if !maps.Equal(want, got) {
		t.Errorf("%v", got)
	}
	if RangeMap(named(nil)).Next() {
		t.Error("a nil map has an element")
	}
}

// TestRangeMapChanges deletes what was not reached, changes values and adds entries.
func TestRangeMapChanges(t *testing.T) {
	m := map[int]string{}
	for i := range 100 {
		m[i] = "old"
	}
	seen := map[int]string{}
	for r := RangeMap(m); r.Next(); {
		k := r.Key()
		if _, twice := seen[k]; twice {
			t.Errorf("%d came up twice", k)
		}
		seen[k] = r.Value()
		if k < 100 {
			other := k ^ 1
			if _, reached := seen[other]; !reached {
				delete(m, other)
			}
			m[k] = "changed" // the value that was read stays what it was
			if r.Value() == "changed" {
				t.Error("the value was not read at Next")
			}
			if k == 0 || k == 1 {
				m[1000] = "added" // may come up or not
			}
		}
	}
	delete(seen, 1000)
	if len(seen) != 50 {
		t.Errorf("%d of 50 came up", len(seen))
	}
}

func TestRangeMapOddKeys(t *testing.T) {
	m := map[any]error{nil: nil, math.NaN(): nil, 1: nil, "x": nil, [1]int{1}: nil}
	m[math.NaN()] = nil
	n, nans := 0, 0
	for r := RangeMap(m); r.Next(); n++ {
		if f, ok := r.Key().(float64); ok && f != f {
			nans++
		}
	}
	if n != 6 || nans != 2 {
		t.Errorf("%d keys, %d of them NaN", n, nans)
	}
	type hidden struct{ a, b int }
	r := RangeMap(map[hidden]struct{}{{1, 2}: {}})
	if !r.Next() || r.Key() != (hidden{1, 2}) {
		t.Error("a struct key is lost")
	}
	clear(m)
	if r := RangeMap(m); r.Next() {
		t.Error("an empty map has an element")
	}
}
