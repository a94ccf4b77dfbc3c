package store

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// A SortedSet is compared with a slice that is sorted anew after each change.
func TestSortedSet(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	s := NewSortedSet()
	scores := make(map[string]float64)
	for step := range 2000 {
		name, score := fmt.Sprint(r.IntN(300)), float64(r.IntN(50))
		_, there := scores[name]
		if added := s.Set(name, score); added == there {
			t.Fatalf("seed %d, step %d: Set = %v", seed, step, added)
		}
		scores[name] = score
		if step%50 == 0 {
			checkOrder(t, seed, s, scores)
		}
	}
	checkOrder(t, seed, s, scores)
}

func checkOrder(t *testing.T, seed uint64, s *SortedSet, scores map[string]float64) {
	t.Helper()
	var want []string
	for name := range scores {
		want = append(want, name)
	}
	slices.SortFunc(want, func(a, b string) int { return cmp.Or(cmp.Compare(scores[a], scores[b]), cmp.Compare(a, b)) })
	var forward, backward, places []string
	for i := range s.Len() {
		places = append(places, s.At(i).Name)
	}
	for m := s.At(0); m != nil; m = m.Next() {
		forward = append(forward, m.Name)
	}
	for m := s.At(s.Len() - 1); m != nil; m = m.Prev() {
		backward = append(backward, m.Name)
	}
	slices.Reverse(backward)
	for _, got := range [][]string{forward, backward, places} {
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: got %v, want %v", seed, got, want)
		}
	}
	low := func(m *Member) bool { return m.Score < 25 }
	i := slices.IndexFunc(want, func(n string) bool { return scores[n] >= 25 })
	if first := s.First(low); i >= 0 && (first == nil || first.Name != want[i]) {
		t.Fatalf("seed %d: the first from 25 on is %v, want %s", seed, first, want[i])
	}
	if last := s.Last(low); i > 0 && (last == nil || last.Name != want[i-1]) {
		t.Fatalf("seed %d: the last below 25 is %v, want %s", seed, last, want[i-1])
	}
}

// Whatever is there during the whole of a scan is found, whatever else comes and goes.
func TestScanWhileChanging(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	for range 50 {
		db := &New().DBs[0]
		key := func(kind string, i int) []byte { return fmt.Append(nil, kind, i) }
		for i := range 100 {
			db.Put(key("stays", i), &String{})
			db.Put(key("goes", i), &String{})
		}
		seen := make(map[string]bool)
		for cursor := uint64(0); ; {
			cursor = db.Scan(cursor, 1+r.IntN(10), func(e *Entry) { seen[e.Key] = true })
			if cursor == 0 {
				break
			}
			for range r.IntN(20) {
				db.Delete(key("goes", r.IntN(100)), 0)
				db.Put(key("comes", r.IntN(100)), &String{})
				db.Delete(key("comes", r.IntN(100)), 0)
			}
		}
		for i := range 100 {
			if !seen[string(key("stays", i))] {
				t.Fatalf("seed %d: %d is not found", seed, i)
			}
		}
	}
}

// Keys end in their order, and what is set anew or persists does not.
func TestExpire(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	s := New()
	ends := make(map[string]int64)
	for range 2000 {
		db := &s.DBs[r.IntN(3)]
		name := fmt.Sprint(r.IntN(200))
		id := fmt.Sprintf("%p %s", db, name)
		switch e := db.Get([]byte(name), 0); {
		case e == nil || r.IntN(3) == 0:
			db.Put([]byte(name), &String{})
			delete(ends, id)
		case r.IntN(4) == 0:
			db.Persist(e)
			delete(ends, id)
		default:
			at := int64(1 + r.IntN(1000))
			db.End(e, at)
			ends[id] = at
		}
	}
	for now := int64(1); now <= 1000; now++ {
		want := 0
		for _, at := range ends {
			if at == now {
				want++
			}
		}
		if n := s.Expire(now, 1<<30); n != want {
			t.Fatalf("seed %d: at %d %d keys end, want %d", seed, now, n, want)
		}
	}
	if at, ok := s.Next(); ok {
		t.Errorf("seed %d: something is left to end at %d", seed, at)
	}
}

func TestList(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	var l List
	var want []string
	for step := range 2000 {
		v := fmt.Sprint(step)
		switch k := r.IntN(4); {
		case k == 0:
			l.PushFront([]byte(v))
			want = slices.Insert(want, 0, v)
		case k == 1:
			l.PushBack([]byte(v))
			want = append(want, v)
		case len(want) > 0 && k == 2:
			if got := string(l.PopFront()); got != want[0] {
				t.Fatalf("seed %d: %s, want %s", seed, got, want[0])
			}
			want = want[1:]
		case len(want) > 0:
			if got := string(l.PopBack()); got != want[len(want)-1] {
				t.Fatalf("seed %d: %s, want %s", seed, got, want[len(want)-1])
			}
			want = want[:len(want)-1]
		}
		for i := range want {
			if string(l.At(i)) != want[i] {
				t.Fatalf("seed %d: at %d %s, want %s", seed, i, l.At(i), want[i])
			}
		}
	}
}
