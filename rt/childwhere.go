package rt

import "fmt"

// This file is where the futures around others stand.

// maxChildrenShown is how many children of a combinator a dump lists.
const maxChildrenShown = 16

// at adds a combinator with the children that it waits for.
func (c *combinator[R]) at(w *Where, name string, children ...any) {
	if w.passing == nil {
		open := children[:0]
		for i, child := range children {
			if c.open&(1<<i) != 0 {
				open = append(open, child)
			}
		}
		children = open
	}
	w.At(name, "", children...)
}

// at adds a combinator for any number of futures with those that it waits for. The one that is on
// the way of a panic is the one that was polled last.
func (m *many[T, F, R]) at(w *Where, name string) {
	switch {
	case m.brood == nil:
		w.At(name, "")
		return
	case w.passing != nil:
		w.At(name, "", m.futures[m.polled])
		return
	}
	var open []any
	for i, f := range m.futures {
		if m.brood.children[i].open {
			open = append(open, f)
		}
	}
	if more := len(open) - maxChildrenShown; more > 0 {
		open = append(open[:maxChildrenShown], moreChildren(more))
	}
	w.At(name, "", open...)
}

// moreChildren stands for children that are not listed.
type moreChildren int

// Where says how many they are.
func (n moreChildren) Where(w *Where) { w.Operation(fmt.Sprintf("… %d more", int(n))) }

// Where adds the futures that have not ended.
func (f *Join2Future[A, B, FA, FB]) Where(w *Where) { f.at(w, "rt.Join2", f.a, f.b) }

// Where adds the futures that have not ended.
func (f *Join3Future[A, B, C, FA, FB, FC]) Where(w *Where) { f.at(w, "rt.Join3", f.a, f.b, f.c) }

// Where adds the futures that have not ended.
func (f *Select2Future[A, B, FA, FB]) Where(w *Where) { f.at(w, "rt.Select2", f.a, f.b) }

// Where adds the futures that have not ended.
func (f *Select3Future[A, B, C, FA, FB, FC]) Where(w *Where) {
	f.at(w, "rt.Select3", f.a, f.b, f.c)
}

// Where adds the future.
func (f *TimeoutFuture[T, F]) Where(w *Where) { f.at(w, "rt.Timeout", f.f) }

// Where adds the future.
func (f *ContextFuture[T, F]) Where(w *Where) { f.at(w, "rt.WithContext", f.f) }

// Where adds the futures that have not ended.
func (f *JoinAllFuture[T, F]) Where(w *Where) { f.many.at(w, "rt.JoinAll") }

// Where adds the futures that have not ended.
func (f *TryJoinFuture[T, F]) Where(w *Where) { f.many.at(w, "rt.TryJoin") }

// Where adds the futures that have not ended.
func (f *RaceFuture[T, F]) Where(w *Where) { f.many.at(w, "rt.Race") }

// Where asks the future itself.
func (f *RefFuture[T, F]) Where(w *Where) { w.ask(f.f) }

// Where asks the future itself.
func (f *LocalFuture[V, T, F]) Where(w *Where) { w.ask(f.f) }

// Where names the operation.
func (f *TickFuture) Where(w *Where) { w.Operation("rt.Interval.Tick") }

// Where names the operation.
func (f *BlockingFuture[T]) Where(w *Where) { w.Operation("rt.Blocking") }
