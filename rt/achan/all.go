package achan

import "iter"

// All ranges over the messages until [Receiver.Recv] fails, because the channel is closed or
// because the task was asked to stop. In an annotated function the range statement awaits;
// in plain code it blocks. Leaving it loses nothing.
//
//async:stream
func (r *Receiver[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			v, err := r.Recv().Await()
			if err != nil || !yield(v) {
				return
			}
		}
	}
}

// All is like [Receiver.All].
//
//async:stream
func (r *SharedReceiver[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			v, err := r.Recv().Await()
			if err != nil || !yield(v) {
				return
			}
		}
	}
}
