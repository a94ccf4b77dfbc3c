package rt

import (
	"flag"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var stressSeed = flag.Uint64("stress.seed", 0, "seed of TestStress; 0 takes one from the clock")

// A stressNode is a task that passes tokens on to others. A token that is not passed on
// because a wake was lost is missed at the end.
type stressNode struct {
	mu     sync.Mutex // held for the fields that follow
	tokens []int      // each with the number of times that it is still to be passed on
	waker  Waker
	rnd    *rand.Rand

	net   *stressNet
	sleep *SleepFuture // under way; the task's own
}

// A stressNet is all nodes of a test.
type stressNet struct {
	nodes []*stressNode
	left  atomic.Int64 // tokens that have not come to their end
	ended chan struct{}
}

// give hands n a token, from any goroutine.
func (n *stressNode) give(token int) {
	n.mu.Lock()
	n.tokens = append(n.tokens, token)
	w := n.waker
	n.mu.Unlock()
	w.Wake()
}

// Poll passes tokens on until there are none. On the way it sleeps, yields or blocks now
// and then, and panics or exits if told to by a token.
func (n *stressNode) Poll(cx *Context) Poll[int] {
	for {
		if n.sleep != nil {
			if !n.sleep.Poll(cx).Ready {
				return Pending[int]()
			}
			n.sleep = nil
		}
		n.mu.Lock()
		n.waker = cx.Waker()
		if len(n.tokens) == 0 {
			n.mu.Unlock()
			return Pending[int]()
		}
		token := n.tokens[0]
		n.tokens = n.tokens[1:]
		next, what := n.net.nodes[n.rnd.IntN(len(n.net.nodes))], n.rnd.IntN(2000)
		n.mu.Unlock()
		n.net.pass(next, token-1)
		switch {
		case what == 0:
			time.Sleep(25 * time.Millisecond)
		case what < 20:
			n.sleep = Sleep(time.Duration(what) * 10 * time.Microsecond)
		case what < 200:
			cx.Waker().Wake()
			return Pending[int]()
		case what < 220:
			SpawnOn(cx.Runtime(), do(func(*Context) { runtime.Goexit() }))
		}
	}
}

func (n *stressNode) Cancel() {
	if n.sleep != nil {
		n.sleep.Cancel()
	}
}

// pass gives a token to next, or takes it away if it has come to its end.
func (net *stressNet) pass(next *stressNode, token int) {
	if token > 0 {
		next.give(token)
	} else if net.left.Add(-1) == 0 {
		close(net.ended)
	}
}

// TestStress passes tokens between tasks, from other goroutines too, with blocked polls in
// between, and checks that none is lost and that nothing stays behind.
func TestStress(t *testing.T) {
	seed := *stressSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-stress.seed=%d", seed)
	r := newTestRuntime(t)
	const nodes, givers, tokens, hops = 50, 3, 20, 200
	net := &stressNet{ended: make(chan struct{})}
	net.left.Store(givers * tokens)
	for i := range nodes {
		net.nodes = append(net.nodes, &stressNode{net: net, rnd: rand.New(rand.NewPCG(seed, uint64(i)))})
	}
	var tasks []*Task[int]
	for _, n := range net.nodes {
		tasks = append(tasks, SpawnOn(r, n))
	}
	for g := range givers {
		go func() {
			rnd := rand.New(rand.NewPCG(seed, uint64(nodes+g)))
			for range tokens {
				net.nodes[rnd.IntN(nodes)].give(hops)
				Run(r, Sleep(time.Duration(rnd.IntN(100))*time.Microsecond))
			}
		}()
	}
	receive(t, net.ended, "the end of all tokens")
	for _, task := range tasks {
		task.Cancel()
	}
	for _, task := range tasks {
		if _, err := task.Await(); err != ErrCanceled {
			t.Errorf("a node ended with %v", err)
		}
	}
	shutDown(t, r)
	if n := r.timers.pending(); n > 0 {
		t.Errorf("%d timers are left", n)
	}
}
