// Package dropped starts tasks and futures and returns.
package dropped

import (
	"errors"

	"github.com/asyncgen/asyncgen/rt"
)

//async:func
func size(s string) (int, error) {
	if s == "" {
		return 0, errors.New("empty")
	}
	return len(s), rt.Sleep(1).Await()
}

func both(a, b string) (int, error) {
	t := rt.Spawn(sizeAsync(a))
	n, err := sizeAsync(b).Await()
	if err != nil {
		return 0, err // want `the task t, spawned at line 19, is dropped by this return: cancel it, or say with Detach that it goes on by itself$`
	}
	m, err := t.Await()
	return n + m, err
}

func canceled(a, b string) (int, error) {
	t := rt.Spawn(sizeAsync(a))
	defer t.Cancel()
	if _, err := sizeAsync(b).Await(); err != nil {
		return 0, err
	}
	return t.Await()
}

//async:func
func annotated(a string, stop bool) {
	t := rt.SpawnOn(rt.Default(), sizeAsync(a))
	t.SetName("size")
	if t != nil && stop {
		return // want `the task t, spawned at line 39`
	}
	if a == "" {
		t.Detach()
	} else {
		t.Await()
	}
}

func literal(a string) func(bool) {
	return func(stop bool) {
		t := rt.Spawn(sizeAsync(a))
		if !stop {
			t.Await()
		}
	} // want `the task t, spawned at line 53`
}

func elsewhere(a string, list []*rt.Task[int]) []*rt.Task[int] {
	t := rt.Spawn(sizeAsync(a))
	if a != "" {
		return append(list, t)
	}
	u := rt.Spawn(sizeAsync(a))
	defer func() { u.Cancel() }()
	if list == nil {
		return nil // want `the task t, spawned at line 61`
	}
	v := rt.Spawn(sizeAsync(a))
	_ = v
	w := rt.Spawn(sizeAsync(a))
	w.SetName("by itself")
	for !w.Done() {
	}
	for range list {
		x := rt.Spawn(sizeAsync(a))
		x.Await()
	}
	var y *rt.Task[int]
	if a == "x" {
		y = rt.Spawn(sizeAsync(a))
	}
	if y != nil {
		y.Await()
	}
	if a == "y" {
		panic("no return")
	}
	t.Cancel()
	return nil
}

func lazy(a string, skip bool) {
	f := sizeAsync(a)
	if skip {
		return
	}
	f.Await()
}

func polled(cx *rt.Context, a string) int {
	f := sizeAsync(a)
	p := f.Poll(cx)
	if !p.Ready {
		return -1 // want `the future f, polled at line \d+, is dropped by this return: cancel it, so that it gives back what it holds$`
	}
	return p.Value
}

func polledAtOnce(cx *rt.Context, a string, stop bool) int {
	f := sizeAsync(a)
	if f.Poll(cx).Ready {
		return 1
	}
	if stop && !f.Poll(cx).Ready {
		return 2 // want `the future f, polled`
	}
	f.Cancel()
	g := sizeAsync(a)
	g.Poll(cx)
	return 3 // want `the future g, polled`
}

func polledToTheEnd(cx *rt.Context, a string) int {
	f := sizeAsync(a)
	for p := f.Poll(cx); !p.Ready; p = f.Poll(cx) {
	}
	g := sizeAsync(a)
	for {
		if p := g.Poll(cx); p.Ready {
			return p.Value
		}
	}
}

// Of what is done with these nothing is known.
func polledAndMore(cx *rt.Context, a string, hold *[]rt.Future[int]) (bool, rt.Poll[int]) {
	f := sizeAsync(a)
	f.Poll(cx)
	*hold = append(*hold, f)
	g := sizeAsync(a)
	p := g.Poll(cx)
	h := sizeAsync(a)
	q := h.Poll(cx)
	done := q.Ready
	i := sizeAsync(a)
	func() { i.Poll(cx) }()
	j := sizeAsync(a)
	j.Cancel()
	j.Poll(cx)
	return done, p
}

//async:func
func group(list []string) error {
	var g rt.Group
	g.Limit(2)
	if len(list) == 0 {
		return nil
	}
	for _, s := range list {
		if s == "" {
			return errors.New("empty") // want `the group g, which got a child at line \d+, is dropped by this return: await its Wait, or its Close in a defer statement$`
		}
		g.Go(func() error {
			_, err := sizeAsync(s).Await()
			return err
		})
	}
	return g.Wait().Await()
}

//async:func
func closed(list []string) error {
	g := rt.Group{}
	defer g.Close().Await()
	for _, s := range list {
		g.Go(func() error {
			_, err := sizeAsync(s).Await()
			return err
		})
	}
	return errors.New("nothing is left behind")
}

func handedOver(own func(*rt.Group)) {
	var g rt.Group
	g.Spawn(rt.Value(struct{}{}))
	own(&g)
	var h rt.Group
	h.Go(func() error {
		h.Go(func() error { return nil })
		return nil
	})
	i := &h
	i.Go(func() error { return nil })
}

func inLoops(a string, n int) error {
	t := rt.Spawn(sizeAsync(a))
	for range 3 {
		if _, err := t.Await(); err != nil {
			return err
		}
	}
	return nil
}
