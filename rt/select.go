package rt

// A Select2Result says which of the futures of [Select2] has ended first, and with what.
type Select2Result[A, B any] struct {
	Index int // 0 or 1
	A     Result[A]
	B     Result[B]
}

// A Select2Future waits for the first of two futures, see [Select2].
type Select2Future[A, B any, FA Future[A], FB Future[B]] struct {
	Pin
	combinator[Select2Result[A, B]]
	biased bool
	a      FA
	b      FB
}

// Select2 returns a future that polls a and b, is ready as soon as one of them is, and cancels the
// other one:
//
//	switch r := rt.Select2(conn.Read(buf), rt.Sleep(time.Second)).Await(); r.Index {
//	case 0:
//		n, err := r.A.Value, r.A.Err
//	case 1:
//		// a second has gone by
//	}
//
// If both are ready, the one that is polled first wins, and which that is changes at random from
// poll to poll. A loser that was polled has not been ready, and its Cancel says what is lost;
// of the operations of this module's packages none is half done. A future that is to go on after it
// has lost is wrapped in [Ref].
//
// If the loser has deferred calls that await, Select2 is ready when they are over. If one of the
// futures panics, the other is canceled.
//
//async:new children
func Select2[A, B any, FA Future[A], FB Future[B]](a FA, b FB) *Select2Future[A, B, FA, FB] {
	return &Select2Future[A, B, FA, FB]{a: a, b: b}
}

// Select2Biased is [Select2] which always polls a first: if both are ready, a wins. Whoever uses it
// in a loop sees to it that a is not ready for ever.
//
//async:new children
func Select2Biased[A, B any, FA Future[A], FB Future[B]](a FA, b FB) *Select2Future[A, B, FA, FB] {
	return &Select2Future[A, B, FA, FB]{a: a, b: b, biased: true}
}

// Poll is ready when one of the futures is.
func (f *Select2Future[A, B, FA, FB]) Poll(cx *Context) (out Poll[Select2Result[A, B]]) {
	if !f.begin(2, "rt.Select2") {
		return f.again(cx)
	}
	defer f.leave(cx, f, &out)
	at := 0
	if !f.biased {
		at = cx.coin()
	}
	for range 2 {
		f.open &^= 1 << at
		switch at {
		case 0:
			if p := f.a.Poll(cx); p.Ready {
				out.Value.A = resultOf(p)
				out.Value.Index, out.Ready = 0, true
				if f.endsWith(cx, &out) {
					f.b.Cancel()
				}
				return out
			}
		case 1:
			if p := f.b.Poll(cx); p.Ready {
				out.Value.B = resultOf(p)
				out.Value.Index, out.Ready = 1, true
				if f.endsWith(cx, &out) {
					f.a.Cancel()
				}
				return out
			}
		}
		f.open |= 1 << at
		at = 1 - at
	}
	return f.pending()
}

// endsWith ends a poll that is ready with out. If it is true, all that is left to do is to cancel the
// loser. That is nearly always so, and without end costs half as much.
func (f *Select2Future[A, B, FA, FB]) endsWith(cx *Context, out *Poll[Select2Result[A, B]]) bool {
	if cx.knownCleanups() == nil {
		f.open, f.stage = 0, stageEnded
		return true
	}
	f.end(cx, f, out)
	return false
}

func (f *Select2Future[A, B, FA, FB]) cancelChild(i int) {
	switch i {
	case 0:
		f.a.Cancel()
	case 1:
		f.b.Cancel()
	}
}

// Cancel cancels both futures.
func (f *Select2Future[A, B, FA, FB]) Cancel() { f.cancel(f, 2) }

// Await waits for the first of the futures.
func (f *Select2Future[A, B, FA, FB]) Await() Select2Result[A, B] {
	return Block(f, (*Select2Future[A, B, FA, FB]).Poll).Value
}

// A Select3Result says which of the futures of [Select3] has ended first, and with what.
type Select3Result[A, B, C any] struct {
	Index int // 0, 1 or 2
	A     Result[A]
	B     Result[B]
	C     Result[C]
}

// A Select3Future waits for the first of three futures, see [Select3].
type Select3Future[A, B, C any, FA Future[A], FB Future[B], FC Future[C]] struct {
	Pin
	combinator[Select3Result[A, B, C]]
	biased bool
	a      FA
	b      FB
	c      FC
}

// Select3 is [Select2] for three futures.
//
//async:new children
func Select3[A, B, C any, FA Future[A], FB Future[B], FC Future[C]](a FA, b FB, c FC) *Select3Future[A, B, C, FA, FB, FC] {
	return &Select3Future[A, B, C, FA, FB, FC]{a: a, b: b, c: c}
}

// Select3Biased is [Select2Biased] for three futures: a is polled first, and c last.
//
//async:new children
func Select3Biased[A, B, C any, FA Future[A], FB Future[B], FC Future[C]](a FA, b FB, c FC) *Select3Future[A, B, C, FA, FB, FC] {
	return &Select3Future[A, B, C, FA, FB, FC]{a: a, b: b, c: c, biased: true}
}

// Poll is ready when one of the futures is.
func (f *Select3Future[A, B, C, FA, FB, FC]) Poll(cx *Context) (out Poll[Select3Result[A, B, C]]) {
	if !f.begin(3, "rt.Select3") {
		return f.again(cx)
	}
	defer f.leave(cx, f, &out)
	at := 0
	if !f.biased {
		at = int(cx.Random() % 3)
	}
	for range 3 {
		f.open &^= 1 << at
		switch at {
		case 0:
			if p := f.a.Poll(cx); p.Ready {
				out.Value.A = resultOf(p)
				out.Value.Index, out.Ready = 0, true
				f.end(cx, f, &out)
				return out
			}
		case 1:
			if p := f.b.Poll(cx); p.Ready {
				out.Value.B = resultOf(p)
				out.Value.Index, out.Ready = 1, true
				f.end(cx, f, &out)
				return out
			}
		case 2:
			if p := f.c.Poll(cx); p.Ready {
				out.Value.C = resultOf(p)
				out.Value.Index, out.Ready = 2, true
				f.end(cx, f, &out)
				return out
			}
		}
		f.open |= 1 << at
		if at++; at == 3 {
			at = 0
		}
	}
	return f.pending()
}

func (f *Select3Future[A, B, C, FA, FB, FC]) cancelChild(i int) {
	switch i {
	case 0:
		f.a.Cancel()
	case 1:
		f.b.Cancel()
	case 2:
		f.c.Cancel()
	}
}

// Cancel cancels the futures.
func (f *Select3Future[A, B, C, FA, FB, FC]) Cancel() { f.cancel(f, 3) }

// Await waits for the first of the futures.
func (f *Select3Future[A, B, C, FA, FB, FC]) Await() Select3Result[A, B, C] {
	return Block(f, (*Select3Future[A, B, C, FA, FB, FC]).Poll).Value
}

// A RefFuture lends a future, see [Ref].
type RefFuture[T any, F Future[T]] struct {
	Pin
	f F
}

// Ref returns a future that polls f, and that may be canceled or dropped without harm to f. So
// a future can take part in one [Select2] after the other until it has ended, with its owner to
// cancel it if it never does:
//
//	read := conn.Read(buf)
//	for {
//		r := rt.Select2(rt.Ref(read), ticks.Tick()).Await()
//		…
//	}
//
//async:new
func Ref[T any, F Future[T]](f F) *RefFuture[T, F] { return &RefFuture[T, F]{f: f} }

// Poll polls the future.
func (f *RefFuture[T, F]) Poll(cx *Context) Poll[T] { return f.f.Poll(cx) }

// Cancel leaves the future alone.
func (f *RefFuture[T, F]) Cancel() {}

// Await waits for the future.
func (f *RefFuture[T, F]) Await() (T, error) {
	p := Block(f, (*RefFuture[T, F]).Poll)
	return p.Value, p.Err
}
