package rt

// The results of the joins are structs with a field for each result of Await.

// A Join2Result is what the futures of [Join2] have ended with.
type Join2Result[A, B any] struct {
	A Result[A]
	B Result[B]
}

// A Join2Future waits for two futures, see [Join2].
type Join2Future[A, B any, FA Future[A], FB Future[B]] struct {
	Pin
	combinator[Join2Result[A, B]]
	a   FA
	b   FB
	got Join2Result[A, B]
}

// Join2 returns a future that polls a and b in turn and is ready with the results of both when both
// have ended, whether or not one of them fails. If one panics, the other is canceled.
//
//async:new children
func Join2[A, B any, FA Future[A], FB Future[B]](a FA, b FB) *Join2Future[A, B, FA, FB] {
	return &Join2Future[A, B, FA, FB]{a: a, b: b}
}

// Poll is ready when both futures have ended.
func (f *Join2Future[A, B, FA, FB]) Poll(cx *Context) (out Poll[Join2Result[A, B]]) {
	if !f.begin(2, "rt.Join2") {
		return f.again(cx)
	}
	defer f.leave(cx, f, &out)
	f.poll(cx)
	if f.open != 0 {
		return f.pending()
	}
	out.Value, out.Ready = f.got, true
	f.end(cx, f, &out)
	return out
}

// poll polls the futures that are open.
func (f *Join2Future[A, B, FA, FB]) poll(cx *Context) {
	if f.open&1 != 0 {
		f.open &^= 1
		if p := f.a.Poll(cx); p.Ready {
			f.got.A = resultOf(p)
		} else {
			f.open |= 1
		}
	}
	if f.open&2 != 0 {
		f.open &^= 2
		if p := f.b.Poll(cx); p.Ready {
			f.got.B = resultOf(p)
		} else {
			f.open |= 2
		}
	}
}

func (f *Join2Future[A, B, FA, FB]) cancelChild(i int) {
	switch i {
	case 0:
		f.a.Cancel()
	case 1:
		f.b.Cancel()
	}
}

// Cancel cancels the futures that have not ended.
func (f *Join2Future[A, B, FA, FB]) Cancel() { f.cancel(f, 2) }

// Await waits for both futures.
func (f *Join2Future[A, B, FA, FB]) Await() (Result[A], Result[B]) {
	p := Block(f, (*Join2Future[A, B, FA, FB]).Poll)
	return p.Value.A, p.Value.B
}

// A Join3Result is what the futures of [Join3] have ended with.
type Join3Result[A, B, C any] struct {
	A Result[A]
	B Result[B]
	C Result[C]
}

// A Join3Future waits for three futures, see [Join3].
type Join3Future[A, B, C any, FA Future[A], FB Future[B], FC Future[C]] struct {
	Pin
	combinator[Join3Result[A, B, C]]
	a   FA
	b   FB
	c   FC
	got Join3Result[A, B, C]
}

// Join3 is [Join2] for three futures.
//
//async:new children
func Join3[A, B, C any, FA Future[A], FB Future[B], FC Future[C]](a FA, b FB, c FC) *Join3Future[A, B, C, FA, FB, FC] {
	return &Join3Future[A, B, C, FA, FB, FC]{a: a, b: b, c: c}
}

// Poll is ready when all three futures have ended.
func (f *Join3Future[A, B, C, FA, FB, FC]) Poll(cx *Context) (out Poll[Join3Result[A, B, C]]) {
	if !f.begin(3, "rt.Join3") {
		return f.again(cx)
	}
	defer f.leave(cx, f, &out)
	f.poll(cx)
	if f.open != 0 {
		return f.pending()
	}
	out.Value, out.Ready = f.got, true
	f.end(cx, f, &out)
	return out
}

// poll polls the futures that are open.
func (f *Join3Future[A, B, C, FA, FB, FC]) poll(cx *Context) {
	if f.open&1 != 0 {
		f.open &^= 1
		if p := f.a.Poll(cx); p.Ready {
			f.got.A = resultOf(p)
		} else {
			f.open |= 1
		}
	}
	if f.open&2 != 0 {
		f.open &^= 2
		if p := f.b.Poll(cx); p.Ready {
			f.got.B = resultOf(p)
		} else {
			f.open |= 2
		}
	}
	if f.open&4 != 0 {
		f.open &^= 4
		if p := f.c.Poll(cx); p.Ready {
			f.got.C = resultOf(p)
		} else {
			f.open |= 4
		}
	}
}

func (f *Join3Future[A, B, C, FA, FB, FC]) cancelChild(i int) {
	switch i {
	case 0:
		f.a.Cancel()
	case 1:
		f.b.Cancel()
	case 2:
		f.c.Cancel()
	}
}

// Cancel cancels the futures that have not ended.
func (f *Join3Future[A, B, C, FA, FB, FC]) Cancel() { f.cancel(f, 3) }

// Await waits for all three futures.
func (f *Join3Future[A, B, C, FA, FB, FC]) Await() (Result[A], Result[B], Result[C]) {
	p := Block(f, (*Join3Future[A, B, C, FA, FB, FC]).Poll)
	return p.Value.A, p.Value.B, p.Value.C
}
