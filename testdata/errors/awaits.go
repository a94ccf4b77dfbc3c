package errors

import "github.com/asyncgen/asyncgen/rt"

var early = use(child().Await()) // want `await in the initialiser of a package-level variable`

var late = func() { child().Await() }

func use(error) int { return 0 }

func child() *rt.SleepFuture { return rt.Sleep(1) }

//async:func
func deferred() {
	defer func() {
		child().Await()
		func() {
			rt.Await(child())
		}()
		go func() { child().Await() }()
	}()
	defer child().Await()
	defer rt.Await(child())
	defer use(child().Await())
}

//async:func
func dropped() {
	child()          // want `the future that child makes is dropped and never runs: await it with .Await\(\), or start it`
	rt.Value(3)      // want `the future that rt.Value makes is dropped and never runs: await it with rt.Await, or start it`
	defer rt.Yield() // want `dropped`
	go child()       // want `dropped`
	_ = child()
	rt.Spawn(child())
	f := child()
	_ = f
	deferredAsync() // want `the future that deferredAsync makes is dropped`
}

//async:func
func droppedClosures() {
	var g rt.Group
	defer g.Close()            // want `the future that g.Close makes is dropped and never runs: await it`
	g.Wait()                   // want `dropped`
	rt.AsyncErr(func() error { // want `the future that rt.AsyncErr makes is dropped and never runs`
		child() // want `the future that child makes is dropped`
		return nil
	})
	_ = func() {
		g.Go(func() error {
			child() // want `dropped`
			return nil
		})
	}
}

//async:func
func polled() {
	f := child()
	f.Poll(nil) // want `f is polled by hand without a context, so nothing would wake the task: use f.Await\(\)`
	g := rt.Value(3)
	g.Poll(nil) // want `nothing would wake the task: use rt.Await\(g\)$`
}

type misfit struct{}

func (misfit) Poll(*rt.Context) rt.Poll[int] { return rt.Ready(1) }
func (misfit) Await() string                 { return "" }

type pair struct{ A, B int }

type short struct{}

func (short) Poll(*rt.Context) rt.Poll[pair] { return rt.Ready(pair{}) }
func (short) Await() (int, string, error)    { return 0, "", nil }

//async:func
func misfits() {
	misfit{}.Await() // want `cannot await misfit: its Await has results \(string\), which do not fit its Poll of int`
	short{}.Await()  // want `cannot await short: its Await has results \(int, string, error\), which do not fit its Poll of pair`
}

//async:func
func fine() error {
	return child().Await()
}
