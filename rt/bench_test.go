package rt

import (
	"testing"
	"time"
)

// repeat returns a future that is pending n times, waking itself, as a loop of yields is.
func repeat(n int) Future[int] {
	left := n
	return FromFunc(func(cx *Context) Poll[int] {
		if left == 0 {
			return Ready(n)
		}
		left--
		cx.Wake(cx.Waker())
		return Pending[int]()
	})
}

// BenchmarkYield is the way of a task through the queue and back to its poll.
func BenchmarkYield(b *testing.B) {
	r := newTestRuntime(b)
	b.ResetTimer()
	SpawnOn(r, repeat(b.N)).Await()
}

// BenchmarkPingPong is two tasks that wake each other; an operation is one such wake.
func BenchmarkPingPong(b *testing.B) {
	r := newTestRuntime(b)
	var wakers [2]Waker
	turn, left := 0, b.N
	player := func(me int) Future[struct{}] {
		return FromFunc(func(cx *Context) Poll[struct{}] {
			wakers[me] = cx.Waker()
			if turn == me && left > 0 {
				turn = 1 - me
				left--
				cx.Wake(wakers[turn])
			}
			if left == 0 {
				cx.Wake(wakers[1-me])
				return Ready(struct{}{})
			}
			return Pending[struct{}]()
		})
	}
	b.ResetTimer()
	// Spawned by one poll, so that neither runs before both are there.
	SpawnOn(r, do(func(cx *Context) {
		SpawnIn(cx, player(0))
		SpawnIn(cx, player(1))
	})).Await()
	_, ended := r.tasks.close()
	<-ended
}

// BenchmarkSpawn spawns tasks that are ready at once.
func BenchmarkSpawn(b *testing.B) {
	r := newTestRuntime(b)
	b.ReportAllocs()
	SpawnOn(r, do(func(cx *Context) {
		b.ResetTimer()
		for range b.N {
			SpawnIn(cx, Value(1))
		}
	})).Await()
}

// BenchmarkWakeGoroutine is a task and a goroutine that answer each other.
func BenchmarkWakeGoroutine(b *testing.B) {
	r := newTestRuntime(b)
	for range b.N {
		SpawnOn(r, Value(1)).Await()
	}
}

// BenchmarkSleepCancel starts and cancels sleeps that are far from their end.
func BenchmarkSleepCancel(b *testing.B) {
	r := newTestRuntime(b)
	b.ReportAllocs()
	var f SleepFuture
	SpawnOn(r, do(func(cx *Context) {
		for range b.N {
			f = *Sleep(time.Hour)
			f.Poll(cx)
			f.Cancel()
		}
	})).Await()
}
