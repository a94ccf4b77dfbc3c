package rt

import (
	"testing"
	"testing/synctest"
)

// blocking blocks in a poll in a poll, and so on, and each of them is pending once. It needs as
// many blockers as it is deep.
func blocking(depth int) Future[int] {
	pended := false
	return FromFunc(func(cx *Context) Poll[int] {
		if !pended {
			pended = true
			cx.Waker().Wake()
			return Pending[int]()
		}
		if depth == 1 {
			return Ready(1)
		}
		n, _ := Await(blocking(depth - 1))
		return Ready(n + 1)
	})
}

// TestBlockInBubble uses blockers in a bubble of synctest that were made outside, and the other
// way round. What belongs to a bubble must not be touched from outside.
func TestBlockInBubble(t *testing.T) {
	for depth := 10; depth < 60; depth += 10 {
		use := func(t *testing.T) {
			if n, _ := Await(blocking(depth)); n != depth {
				t.Errorf("got %d, not %d", n, depth)
			}
		}
		synctest.Test(t, use)
		use(t)
	}
}

// TestWakeIntoBubble wakes a goroutine in a bubble from outside.
func TestWakeIntoBubble(t *testing.T) {
	wakers := make(chan Waker)
	go func() { (<-wakers).Wake() }()
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		_, _ = Await(FromFunc(func(cx *Context) Poll[int] {
			if polls++; polls == 1 {
				wakers <- cx.Waker()
				return Pending[int]()
			}
			return Ready(1)
		}))
	})
}
