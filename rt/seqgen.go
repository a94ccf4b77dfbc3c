package rt

import "iter"

// A SeqGen is the generator itself, in a coroutine, where it cannot be a machine: something in it
// is suspended that is not its body, such as a function that yield is handed to. To the consumer
// it is what a [Gen] is. A range statement over it is one in the coroutine too, see [Pull], and
// for everybody else it is [iter.Pull].
//
// It may be moved until the first Next. Only generated code uses SeqGen and its siblings. They
// are not safe for several goroutines at once.
type SeqGen[V any] struct {
	seqGen
	seq  func(yield func(V) bool)
	pull *Pull[V] // nil before the first Next
}

// FromSeq makes a SeqGen of an iterator with one value. Nothing of it runs yet.
func FromSeq[S ~func(yield func(V) bool), V any](seq S) SeqGen[V] { return SeqGen[V]{seq: seq} }

// Next resumes the generator and returns its next element; ok is false if it has ended. A panic
// of the generator passes through.
func (g *SeqGen[V]) Next() (v V, ok bool) { return g.begin().next() }

// Stop ends the generator, whose calls of yield return false from now on. It must be called if
// not all elements are wanted; otherwise it does nothing.
func (g *SeqGen[V]) Stop() { g.begin().Stop() }

// Panic ends a range over the elements as a panic of the loop's body with v does.
func (g *SeqGen[V]) Panic(v any) { g.begin().Panic(v) }

// Exit ends a range over the elements as runtime.Goexit in the loop's body does.
func (g *SeqGen[V]) Exit() { g.begin().Exit() }

// Exits says, before Panic, that runtime.Goexit or a cancel lies below the panic.
func (g *SeqGen[V]) Exits() { g.begin().Exits() }

func (g *SeqGen[V]) begin() *Pull[V] {
	switch {
	case g.pull != nil:
	case g.inLoop:
		g.pull = PullSeq(g.seq)
	default:
		g.pull = new(Pull[V])
		g.pull.next, g.pull.stop = iter.Pull(g.seq)
	}
	return g.pull
}

// A SeqGen2 is the like of [SeqGen] for generators with two values.
type SeqGen2[K, V any] struct {
	seqGen
	seq  func(yield func(K, V) bool)
	pull *Pull2[K, V]
}

// FromSeq2 makes a SeqGen2 of an iterator with two values. Nothing of it runs yet.
func FromSeq2[S ~func(yield func(K, V) bool), K, V any](seq S) SeqGen2[K, V] {
	return SeqGen2[K, V]{seq: seq}
}

// Next resumes the generator and returns its next pair; ok is false if it has ended. A panic of
// the generator passes through.
func (g *SeqGen2[K, V]) Next() (k K, v V, ok bool) { return g.begin().next() }

// Stop is that of [SeqGen].
func (g *SeqGen2[K, V]) Stop() { g.begin().Stop() }

// Panic is that of [SeqGen].
func (g *SeqGen2[K, V]) Panic(v any) { g.begin().Panic(v) }

// Exit is that of [SeqGen].
func (g *SeqGen2[K, V]) Exit() { g.begin().Exit() }

// Exits is that of [SeqGen].
func (g *SeqGen2[K, V]) Exits() { g.begin().Exits() }

func (g *SeqGen2[K, V]) begin() *Pull2[K, V] {
	switch {
	case g.pull != nil:
	case g.inLoop:
		g.pull = PullSeq2(g.seq)
	default:
		g.pull = new(Pull2[K, V])
		g.pull.next, g.pull.stop = iter.Pull2(g.seq)
	}
	return g.pull
}

// A SeqGen0 is the like of [SeqGen] for generators without values.
type SeqGen0 struct {
	seqGen
	seq  func(yield func() bool)
	pull *Pull0
}

// FromSeq0 makes a SeqGen0 of an iterator without values. Nothing of it runs yet.
func FromSeq0[S ~func(yield func() bool)](seq S) SeqGen0 { return SeqGen0{seq: seq} }

// Next resumes the generator; ok is false if it has ended. A panic of the generator passes
// through.
func (g *SeqGen0) Next() (ok bool) { return g.begin().Next() }

// Stop is that of [SeqGen].
func (g *SeqGen0) Stop() { g.begin().Stop() }

// Panic is that of [SeqGen].
func (g *SeqGen0) Panic(v any) { g.begin().Panic(v) }

// Exit is that of [SeqGen].
func (g *SeqGen0) Exit() { g.begin().Exit() }

// Exits is that of [SeqGen].
func (g *SeqGen0) Exits() { g.begin().Exits() }

func (g *SeqGen0) begin() *Pull0 {
	switch {
	case g.pull != nil:
	case g.inLoop:
		g.pull = PullSeq0(g.seq)
	default:
		g.pull = new(Pull0)
		g.pull.next, g.pull.stop = iter.Pull(func(yield func(struct{}) bool) {
			g.seq(func() bool { return yield(struct{}{}) })
		})
	}
	return g.pull
}

// seqGen is the part of a SeqGen that does not depend on the values.
type seqGen struct {
	Pin
	inLoop bool
}

// InLoop says that the consumer is a range statement.
func (g *seqGen) InLoop() { g.inLoop = true }
