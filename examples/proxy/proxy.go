package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/anet"
)

//go:generate go tool asyncgen

// Options of a Proxy. Zero values stand for the ones given here.
type Options struct {
	Dial  time.Duration // how long connecting to the target may take: 10 s
	Idle  time.Duration // how long a pair of connections may be silent in both directions: 5 min
	Grace time.Duration // how long pairs have after Stop to end by themselves: 5 s
}

// A Proxy passes on what comes over one connection to another, and back. Its methods may be called from
// any goroutine.
type Proxy struct {
	options  Options
	target   string
	runtime  *rt.Runtime
	listener *anet.Listener
	serving  *rt.Task[struct{}]
	pairs    atomic.Int64
	idle     atomic.Int64
}

// errIdle ends a pair that was silent for too long.
var errIdle = errors.New("proxy: idle for too long")

// Start listens on addr and returns the proxy, which connects each client to target until Stop.
func Start(addr, target string, options Options) (*Proxy, error) {
	options.Dial = cmp.Or(options.Dial, 10*time.Second)
	options.Idle = cmp.Or(options.Idle, 5*time.Minute)
	options.Grace = cmp.Or(options.Grace, 5*time.Second)
	l, err := anet.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	p := &Proxy{options: options, target: target, runtime: rt.New(rt.Options{Name: "proxy"}), listener: l}
	p.serving = rt.SpawnOn(p.runtime, p.serveAsync())
	return p, nil
}

// Addr returns the address that clients connect to.
func (p *Proxy) Addr() net.Addr { return p.listener.Addr() }

// Pairs returns how many clients there are.
func (p *Proxy) Pairs() int { return int(p.pairs.Load()) }

// Idle returns how many pairs were ended because they were silent.
func (p *Proxy) Idle() int { return int(p.idle.Load()) }

// Stop takes no more clients, gives those that are there time to end, ends the others, and returns
// when all are gone. It must be called once.
func (p *Proxy) Stop() error {
	p.listener.Close()
	_, err := p.serving.Await()
	return errors.Join(err, p.runtime.Shutdown(context.Background()))
}

// serve has a task for each client.
//
//async:func
func (p *Proxy) serve() error {
	var pairs rt.Group
	pairs.CollectAll()
	defer pairs.Close().Await() // cancels those that are left
	for {
		conn, err := p.listener.Accept().Await()
		if errors.Is(err, net.ErrClosed) {
			break
		}
		if err != nil {
			return err
		}
		p.pairs.Add(1)
		pairs.Spawn(p.pairAsync(conn))
	}
	if _, err := rt.Timeout(p.options.Grace, pairs.Wait()).Await(); err != nil && !errors.Is(err, rt.ErrTimeout) {
		return err
	}
	return nil
}

// pair serves one client. Both directions and the watch over them are one task: three machines
// that lie in the frame of this one. What goes wrong is the client's business, which finds its connection
// closed, or reset if the target's was.
//
//async:func
func (p *Proxy) pair(client *anet.Conn) {
	defer p.pairs.Add(-1)
	defer client.Close()
	target, err := rt.Timeout(p.options.Dial, anet.Dial("tcp", p.target)).Await()
	if err != nil {
		return
	}
	defer target.Close()
	var passed int64 // bytes in both directions; one task touches it
	r := rt.Select2(
		rt.TryJoin(passAsync(target, client, &passed), passAsync(client, target, &passed)),
		watchAsync(p.options.Idle, &passed),
	).Await()
	switch {
	case r.Index == 1 && errors.Is(r.B.Err, errIdle):
		p.idle.Add(1)
	case r.Index == 0 && r.A.Err != nil:
		client.SetLinger(0) // a stream that was cut off must not look as if it had ended
		target.SetLinger(0)
	}
}

// pass copies one direction to its end, and hands that on as well: the other direction may go on
// for as long as it likes. If it fails, the other one is canceled.
//
//async:func
func pass(to, from *anet.Conn, passed *int64) error {
	if _, err := aio.Copy(counted{to, passed}, from).Await(); err != nil {
		return fmt.Errorf("proxy: %w", err)
	}
	return to.CloseWrite()
}

// watch fails when nothing was passed for a while: for at least the time given, and for less than
// twice that. It costs one timer for each pair, and nothing for a byte.
//
//async:func
func watch(idle time.Duration, passed *int64) error {
	for before := int64(-1); *passed != before; {
		before = *passed
		if err := rt.Sleep(idle).Await(); err != nil {
			return err
		}
	}
	return errIdle
}

// counted is a Writer that counts. It is polled as any other: aio.Copy borrows a buffer only while it
// has something in it.
type counted struct {
	*anet.Conn
	n *int64
}

// PollWrite writes and counts.
func (c counted) PollWrite(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	p := c.Conn.PollWrite(cx, turn, b)
	if p.Ready {
		*c.n += int64(p.Value)
	}
	return p
}
