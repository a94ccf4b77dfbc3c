package inside

import "github.com/asyncgen/asyncgen/rt"

// BlockOn polls a future until it is ready, and sleeps in between until it is woken: the
// smallest thing that makes a future go on, and the bridge from ordinary code. The goroutine is
// the whole executor.
//
// The channel has room for one message. So a wake during the poll is not lost, and further ones
// need not wait for anybody: one poll answers them all.
func BlockOn[T any](f rt.Future[T]) (T, error) {
	woken := make(chan struct{}, 1)
	cx := rt.NewContext(rt.NewWaker(func() {
		select {
		case woken <- struct{}{}:
		default:
		}
	}))
	for {
		if p := f.Poll(cx); p.Ready {
			return p.Value, p.Err
		}
		<-woken
	}
}
