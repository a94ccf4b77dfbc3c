package inside

import (
	"context"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

func TestMain(m *testing.M) {
	m.Run()
	rt.Default().Shutdown(context.Background())
}

// counted counts the polls of a future.
type counted[T any] struct {
	rt.Future[T]
	polls int
}

func (f *counted[T]) Poll(cx *rt.Context) rt.Poll[T] {
	f.polls++
	return f.Future.Poll(cx)
}

// later is a future that is pending for a number of polls, and wakes at once each time.
type later struct{ pending, value int }

func (f *later) Poll(cx *rt.Context) rt.Poll[int] {
	if f.pending > 0 {
		f.pending--
		cx.Waker().Wake()
		return rt.Pending[int]()
	}
	return rt.Ready(f.value)
}

func (f *later) Cancel() {}
