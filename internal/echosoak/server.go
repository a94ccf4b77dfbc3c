package main

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// A server sends back what comes.
type server struct {
	runtime   *rt.Runtime
	listener  *anet.Listener
	accepting *rt.Task[struct{}]
	accepted  atomic.Int64
	echoed    atomic.Int64
	open      sync.WaitGroup
}

// buffers are those that no connection is using just now.
var buffers = sync.Pool{New: func() any { return new([16 << 10]byte) }}

// start returns a server that accepts.
func start() (*server, error) {
	l, err := anet.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{runtime: rt.New(rt.Options{Name: "echosoak"}), listener: l}
	s.accepting = rt.SpawnOn(s.runtime, s.acceptAsync())
	return s, nil
}

// accept spawns a task for each connection until the listener is closed.
//
//async:func
func (s *server) accept() error {
	for {
		conn, err := s.listener.Accept().Await()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		s.accepted.Add(1)
		s.open.Add(1)
		rt.SpawnOn(s.runtime, s.serveAsync(conn)).Detach()
	}
}

// serve echoes until the stream ends or is broken.
//
//async:func
func (s *server) serve(conn *anet.Conn) {
	defer s.open.Done()
	defer conn.Close()
	for {
		if err := conn.Readable().Await(); err != nil {
			return
		}
		buf := buffers.Get().(*[16 << 10]byte)
		n, err := conn.Read(buf[:]).Await()
		if err == nil {
			n, err = conn.Write(buf[:n]).Await()
			s.echoed.Add(int64(n))
		}
		buffers.Put(buf)
		if err != nil {
			return
		}
	}
}

// stop waits until all connections have ended, which the clients have closed, and shuts down.
func (s *server) stop(ctx context.Context) error {
	s.listener.Close()
	if _, err := s.accepting.Await(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { s.open.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-ctx.Done():
		return errors.New("connections are left that the clients have closed")
	}
	return s.runtime.Shutdown(ctx)
}
