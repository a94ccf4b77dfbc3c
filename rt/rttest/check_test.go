package rttest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// TestCheckFinds checks that Check finds each of the planted flaws, and nothing where there is
// none.
func TestCheckFinds(t *testing.T) {
	t.Run("none", func(t *testing.T) { rttest.CheckSubject(t, newGate(none).subjects()) })
	leaked, leakedFiles = make(chan struct{}), nil
	defer func() {
		close(leaked)
		for _, f := range leakedFiles {
			f.Close()
		}
	}()
	defer rttest.Impatient()()
	for f, want := range flaws {
		t.Run(string(f), func(t *testing.T) {
			r := new(recorder)
			rttest.CheckSubject(r, newGate(f).subjects())
			r.end()
			r.expect(t, want)
		})
	}
}

// subjects returns what makes subjects with new gates that have g's flaw.
func (g *gate) subjects() func() rttest.Subject[int] {
	return func() rttest.Subject[int] { return newGate(g.flaw).subject() }
}

// TestCheckRuntime checks the futures of package rt.
func TestCheckRuntime(t *testing.T) {
	t.Run("Sleep", func(t *testing.T) {
		rttest.Check(t, func() *rt.SleepFuture { return rt.Sleep(time.Millisecond) })
		rttest.Check(t, func() *rt.SleepFuture { return rt.Sleep(0) })
	})
	t.Run("SleepUntil", func(t *testing.T) {
		rttest.Check(t, func() *rt.SleepFuture { return rt.SleepUntil(time.Now().Add(time.Millisecond)) })
		rttest.Check(t, func() *rt.SleepFuture { return rt.SleepUntil(time.Now()) })
	})
	t.Run("Interval", func(t *testing.T) {
		rttest.Check(t, func() *rt.TickFuture { return rt.NewInterval(time.Millisecond, rt.Skip).Tick() })
	})
	t.Run("Yield", func(t *testing.T) { rttest.Check(t, rt.Yield) })
	t.Run("FromFunc", func(t *testing.T) {
		rttest.Check(t, func() rt.Future[int] {
			yield := rt.Yield()
			return rt.FromFunc(func(cx *rt.Context) rt.Poll[int] {
				return rt.Poll[int]{Value: 42, Ready: yield.Poll(cx).Ready}
			})
		})
	})
	t.Run("Blocking", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			release := make(chan struct{})
			return rttest.Subject[int]{
				Future:   rt.Blocking(func() (int, error) { <-release; return 42, nil }),
				Complete: func() { release <- struct{}{} },
				Close:    func() { close(release) },
			}
		})
	})
	t.Run("combinators", func(t *testing.T) {
		short := func() *rt.SleepFuture { return rt.Sleep(time.Millisecond) }
		rttest.Check(t, func() rt.Future[struct{}] { return rt.Timeout(time.Hour, short()) })
		rttest.Check(t, func() rt.Future[struct{}] { return rt.WithContext(t.Context(), short()) })
		rttest.Check(t, func() rt.Future[struct{}] { return rt.Race(short(), rt.Sleep(time.Hour)) })
		rttest.Check(t, func() rt.Future[[]rt.Result[struct{}]] { return rt.JoinAll(short(), short(), short()) })
		rttest.Check(t, func() rt.Future[[]struct{}] { return rt.TryJoin(short(), short(), short()) })
		rttest.Check(t, func() rt.Future[rt.Join2Result[struct{}, struct{}]] { return rt.Join2(short(), rt.Yield()) })
		rttest.Check(t, func() rt.Future[rt.Select2Result[struct{}, struct{}]] {
			return rt.Select2(rt.Sleep(time.Hour), short())
		})
	})
	t.Run("WithLocal", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			s := newGate(none).subject()
			s.Future = rt.WithLocal(new(rt.TaskLocal[int]), 1, s.Future)
			return s
		})
	})
	t.Run("Error", func(t *testing.T) {
		rttest.Check(t, func() rt.Future[int] { return rt.Error[int](errors.New("no")) })
	})
	t.Run("Value", func(t *testing.T) { rttest.Check(t, func() rt.Future[int] { return rt.Value(1) }) })
	t.Run("Task", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			s := newGate(none).subject()
			s.Future, s.Shared = rt.Spawn(s.Future), true
			return s
		})
	})
	t.Run("Async", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			release := make(chan struct{})
			return rttest.Subject[int]{
				Future:   rt.Async(func() (int, error) { <-release; return 42, nil }),
				Complete: func() { release <- struct{}{} },
				Close:    func() { close(release) },
			}
		})
	})
	t.Run("Group", func(t *testing.T) {
		for _, closing := range []bool{false, true} {
			rttest.CheckSubject(t, func() rttest.Subject[struct{}] {
				var g rt.Group
				release := make(chan struct{})
				g.Go(func() error { <-release; return nil })
				s := rttest.Subject[struct{}]{Future: g.Wait(), Complete: func() { release <- struct{}{} }}
				if closing {
					s.Future, s.Complete = g.Close(), nil
				}
				s.Close = func() { close(release); g.Close().Await() }
				return s
			})
		}
	})
	t.Run("twin", func(t *testing.T) {
		rttest.Check(t, func() *tickShortlyFuture { return tickShortlyAsync(3) })
	})
}

//async:func
func tickShortly(times int) (sum int) {
	defer rt.Sleep(time.Millisecond).Await()
	for i := range times {
		rt.Sleep(time.Millisecond).Await()
		sum += i
	}
	return sum
}
