package main

import (
	"context"
	"errors"
	"net"
	"sync"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

//go:generate go tool asyncgen

// bufferSize is how much of a stream a connection takes at a time.
const bufferSize = 16 << 10

// buffers are those that no connection is using just now.
var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// A Server sends back what its clients send. Its methods may be called from any goroutine.
type Server struct {
	runtime   *rt.Runtime
	listener  *anet.Listener
	accepting *rt.Task[struct{}]

	mu   sync.Mutex
	open map[*anet.Conn]bool // connections that are served
	done sync.WaitGroup      // of the tasks that serve them
}

// Start listens on addr and returns the server, which has a runtime of its own. It serves
// until Stop.
func Start(addr string) (*Server, error) {
	l, err := anet.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &Server{
		runtime:  rt.New(rt.Options{Name: "echo"}),
		listener: l,
		open:     make(map[*anet.Conn]bool),
	}
	s.accepting = rt.SpawnOn(s.runtime, s.acceptAsync())
	return s, nil
}

// Addr returns the address that clients connect to.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Open returns the number of connections.
func (s *Server) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// accept spawns a task for each connection until the listener is closed.
//
//async:func
func (s *Server) accept() error {
	for {
		conn, err := s.listener.Accept().Await()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		s.enter(conn)
		rt.SpawnOn(s.runtime, s.serveAsync(conn)).Detach()
	}
}

// serve sends back what comes in on conn until the peer ends its stream, or something goes
// wrong with it, which is the peer's business. While nothing comes in it holds no buffer.
//
//async:func
func (s *Server) serve(conn *anet.Conn) {
	defer s.leave(conn)
	for {
		if err := conn.Readable().Await(); err != nil {
			return
		}
		buf := buffers.Get().(*[bufferSize]byte)
		n, err := conn.Read(buf[:]).Await()
		if err == nil {
			_, err = conn.Write(buf[:n]).Await()
		}
		buffers.Put(buf)
		if err != nil {
			return // the end of the stream is an error too
		}
	}
}

// enter notes a connection before its task begins.
func (s *Server) enter(conn *anet.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[conn] = true
	s.done.Add(1)
}

// leave closes a connection, however its task has ended.
func (s *Server) leave(conn *anet.Conn) {
	s.mu.Lock()
	delete(s.open, conn)
	s.mu.Unlock()
	conn.Close()
	s.done.Done()
}

// Stop takes no more connections, waits until those that are there have ended, and closes
// what is left when ctx ends. It returns how many those were, and an error if the server
// had stopped accepting before. It must be called once.
func (s *Server) Stop(ctx context.Context) (cut int, err error) {
	s.listener.Close()
	_, err = s.accepting.Await()
	ended := make(chan struct{})
	go func() {
		s.done.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
		cut = s.closeAll()
		<-ended
	}
	return cut, errors.Join(err, s.runtime.Shutdown(context.Background()))
}

// closeAll closes all connections, whose tasks then end with an error. It returns their
// number.
func (s *Server) closeAll() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.open {
		conn.Close()
	}
	return len(s.open)
}
