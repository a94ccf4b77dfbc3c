package twin

import (
	"fmt"
	"iter"

	"github.com/asyncgen/asyncgen/rt"
)

// A stream in both forms is followed as far as each number of elements below this.
const streamElements = 5

// Stream makes Funcs of a stream with one value, for each number k of elements: k are taken,
// the stream is stopped, and one more is asked for. Unlike in [Seq] the first panic ends
// the run, and the runs are cancelled where they wait.
func Stream[S ~func(yield func(V) bool), V any, N rt.Future[V], E rt.Future[struct{}], I interface {
	Next() N
	Stop() E
}](name string, plain func() S, twin func() I) []Func {
	return streams(name,
		func() puller {
			next, stop := iter.Pull(iter.Seq[V](plain()))
			return puller{func() (string, bool) {
				v, ok := next()
				return fmt.Sprintf("%+v", v), ok
			}, stop}
		},
		func() streamer {
			s := twin()
			return streamer{
				next: func() stepper {
					return step(s.Next(), func(v V, err error) { logElem(fmt.Sprintf("%+v", v), err == nil) })
				},
				stop: func() stepper { return step(s.Stop(), func(struct{}, error) { Log("stopped") }) },
			}
		})
}

// Stream2 is [Stream] of a stream with two values.
func Stream2[S ~func(yield func(K, V) bool), K, V any, N rt.Future[rt.Pair[K, V]], E rt.Future[struct{}], I interface {
	Next() N
	Stop() E
}](name string, plain func() S, twin func() I) []Func {
	return streams(name,
		func() puller {
			next, stop := iter.Pull2(iter.Seq2[K, V](plain()))
			return puller{func() (string, bool) {
				k, v, ok := next()
				return fmt.Sprintf("%+v: %+v", k, v), ok
			}, stop}
		},
		func() streamer {
			s := twin()
			return streamer{
				next: func() stepper {
					return step(s.Next(), func(e rt.Pair[K, V], err error) { logElem(fmt.Sprintf("%+v: %+v", e.Key, e.Value), err == nil) })
				},
				stop: func() stepper { return step(s.Stop(), func(struct{}, error) { Log("stopped") }) },
			}
		})
}

func logElem(elem string, ok bool) { Log("Next", elem, ok) }

// A streamer is a stream whose types are not known.
type streamer struct{ next, stop func() stepper }

// A stepper is a future that logs its result.
type stepper struct {
	poll   func(*rt.Context) (ready bool)
	cancel func()
}

func step[T any](f rt.Future[T], log func(T, error)) stepper {
	return stepper{
		poll: func(cx *rt.Context) bool {
			p := f.Poll(cx)
			if p.Ready {
				log(p.Value, p.Err)
			}
			return p.Ready
		},
		cancel: f.Cancel,
	}
}

func streams(name string, plain func() puller, twin func() streamer) []Func {
	var out []Func
	for k := range streamElements {
		out = append(out, Func{
			Name: fmt.Sprint(name, " ", k),
			Plain: func() {
				p := plain()
				defer p.stop() // the goroutine may end in the stream
				for range k {
					logElem(p.next())
				}
				p.stop()
				Log("stopped")
				logElem(p.next())
			},
			Twin: func() *streamFuture { return &streamFuture{begin: twin, left: k} },
		})
	}
	return out
}

// A streamFuture takes elements of a stream, stops it, and asks for one more.
type streamFuture struct {
	rt.Pin
	begin   func() streamer
	s       streamer
	current stepper // which is under way, if begun
	begun   bool
	left    int // elements to take before the stop
	phase   int // 0: not begun, 1: taking, 2: stopping, 3: one more, 4: done
}

// Poll goes on as far as it can.
func (f *streamFuture) Poll(cx *rt.Context) rt.Poll[struct{}] {
	if f.phase == 4 {
		panic(rt.Completed("twin.Stream"))
	}
	if f.phase == 0 {
		f.s, f.phase = f.begin(), 1
	}
	for ; f.phase < 4; f.advance() {
		if !f.begun {
			switch {
			case f.phase == 1 && f.left == 0:
				continue
			case f.phase == 2:
				f.current = f.s.stop()
			default:
				f.current = f.s.next()
			}
			f.begun = true
		}
		if !f.current.poll(cx) {
			return rt.Pending[struct{}]()
		}
	}
	return rt.Ready(struct{}{})
}

// advance goes on to what comes after the current future.
func (f *streamFuture) advance() {
	if f.phase == 1 && f.left > 0 {
		f.left--
	} else {
		f.phase++
	}
	f.begun = false
}

// Await blocks until all of it is done.
func (f *streamFuture) Await() { rt.Block[struct{}](f, (*streamFuture).Poll) }

// Cancel cancels what is under way.
func (f *streamFuture) Cancel() {
	if f.begun && f.phase < 4 {
		f.current.cancel()
	}
	f.phase = 4
}
