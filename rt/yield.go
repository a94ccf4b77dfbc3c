package rt

// A YieldFuture gives way to others once, see [Yield].
type YieldFuture struct {
	Pin
	polls uint8 // 0, 1: has pended, 2: ended
}

// Yield returns a future that is pending at its first poll and ready at the second, which it
// asks for itself: its task goes to the end of the queue.
//
//async:new
func Yield() *YieldFuture { return &YieldFuture{} }

// Poll is pending once.
func (f *YieldFuture) Poll(cx *Context) Poll[struct{}] {
	switch f.polls {
	case 0:
		f.polls = 1
		cx.Wake(cx.waker)
		return Pending[struct{}]()
	case 1:
		f.polls = 2
		return Ready(struct{}{})
	}
	panic(Completed("rt.Yield"))
}

// Cancel ends the future.
func (f *YieldFuture) Cancel() { f.polls = 2 }

// Where names the operation.
func (f *YieldFuture) Where(w *Where) { w.Operation("rt.Yield") }

// Await lets others run.
func (f *YieldFuture) Await() { Block(f, (*YieldFuture).Poll) }
