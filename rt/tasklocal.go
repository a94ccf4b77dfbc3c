package rt

// A TaskLocal is a variable whose value depends on who is running, such as the request that is
// being served:
//
//	var request rt.TaskLocal[*Request]
//
//	rt.Spawn(rt.WithLocal(&request, req, serveAsync(req)))
//
// Everything that the future awaits sees the value, deferred calls that await included. What it
// spawns does not, unless that is wrapped in [WithLocal] again.
//
// The value travels with the polls. So only an annotated function can read it, and only its twin
// finds anything: a plain function, and a plain literal in an annotated one, knows no poll, and is
// told that there is no value. asyncgen vet reports these.
//
// The zero TaskLocal is ready to use, normally as a package variable. It must not be copied.
type TaskLocal[T any] struct {
	Pin
	_ byte // two variables have two addresses
}

// A local is the value of a TaskLocal while one future is being polled.
type local struct {
	key   any    // the *TaskLocal[T]
	value any    // a *T
	outer *local // of the context, outside of the future
}

// Get returns the innermost value that [WithLocal] has set for the future that is being polled, and
// whether there is one. In annotated functions it is compiled to GetFrom.
func (l *TaskLocal[T]) Get() (value T, ok bool) { return value, false }

// GetFrom is Get for futures written by hand.
func (l *TaskLocal[T]) GetFrom(cx *Context) (value T, ok bool) {
	for at := cx.locals; at != nil; at = at.outer {
		if at.key == any(l) {
			return *at.value.(*T), true
		}
	}
	return value, false
}

// A LocalFuture polls a future with a value, see [WithLocal].
type LocalFuture[V, T any, F Future[T]] struct {
	Pin
	local local
	value V
	f     F
}

// WithLocal returns a future that polls f, for which the value of l is v.
//
//async:new children
func WithLocal[V, T any, F Future[T]](l *TaskLocal[V], v V, f F) *LocalFuture[V, T, F] {
	return &LocalFuture[V, T, F]{local: local{key: l}, value: v, f: f}
}

// Poll polls the future.
func (f *LocalFuture[V, T, F]) Poll(cx *Context) Poll[T] {
	f.local.value, f.local.outer = &f.value, cx.locals
	defer cx.enterLocals(&f.local)()
	return f.f.Poll(cx)
}

// enterLocals sets the locals of cx and returns what sets them back.
func (cx *Context) enterLocals(l *local) (leave func()) {
	old := cx.locals
	cx.locals = l
	return func() { cx.locals = old }
}

// Cancel cancels the future.
func (f *LocalFuture[V, T, F]) Cancel() { f.f.Cancel() }

// Await waits for the future.
func (f *LocalFuture[V, T, F]) Await() (T, error) {
	p := Block(f, (*LocalFuture[V, T, F]).Poll)
	return p.Value, p.Err
}
