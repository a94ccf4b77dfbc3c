package server

import (
	"cmp"
	"context"
	"errors"
	"log"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/http1"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

//go:generate go tool asyncgen

// A Config says how a server is to work. What is zero has the value in brackets.
type Config struct {
	Handler Handler // who answers

	HeadTimeout  time.Duration // from the first byte of a head to its last [10 s]
	IdleTimeout  time.Duration // between requests [1 min]
	BodyTimeout  time.Duration // for the next part of a body [30 s]
	WriteTimeout time.Duration // for the client to take the next part of a response [30 s]

	Limits  http1.Limits // of heads [64 KiB] and bodies [32 MiB; -1: none]
	Workers int          // of the runtime [1]
	Log     *log.Logger  // for panics of handlers [the standard one]
}

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	c.Workers = cmp.Or(c.Workers, 1)
	c.HeadTimeout = cmp.Or(c.HeadTimeout, 10*time.Second)
	c.IdleTimeout = cmp.Or(c.IdleTimeout, time.Minute)
	c.BodyTimeout = cmp.Or(c.BodyTimeout, 30*time.Second)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 30*time.Second)
	c.Limits.Head = cmp.Or(c.Limits.Head, 64<<10)
	c.Limits.Body = cmp.Or(c.Limits.Body, 32<<20)
	c.Log = cmp.Or(c.Log, log.Default())
	return c
}

// A Server answers requests. Its methods may be called from any goroutine.
type Server struct {
	Config
	runtime   *rt.Runtime
	listener  *anet.Listener
	accepting *rt.Task[struct{}]
	stopping  atomic.Bool // no request is received any more but those that have begun
	// ctx is the parent of the contexts that handlers of net/http see. It ends when Stop loses patience.
	ctx    context.Context
	cancel context.CancelFunc

	mu   sync.Mutex
	open map[*conn]struct{}
	done sync.WaitGroup // of the tasks of connections
}

// Start listens on addr and returns the server, which has a runtime of its own. It serves until
// Stop.
func Start(addr string, config Config) (*Server, error) {
	l, err := anet.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	config = config.withDefaults()
	s := &Server{
		Config:   config,
		runtime:  rt.New(rt.Options{Name: "httpd", Workers: config.Workers}),
		listener: l,
		open:     make(map[*conn]struct{}),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
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
		tcp, err := s.listener.Accept().Await()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		c := &conn{tcp: tcp, server: s}
		s.enter(c)
		rt.Spawn(c.serveAsync()).Detach()
	}
}

// enter notes a connection before its task begins.
func (s *Server) enter(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[c] = struct{}{}
	s.done.Add(1)
}

// leave forgets a connection.
func (s *Server) leave(c *conn) {
	s.mu.Lock()
	delete(s.open, c)
	s.mu.Unlock()
	s.done.Done()
}

// Stop takes no more connections, waits until the requests that have begun are answered, and
// closes what is left when ctx ends. It returns how many connections that were, and an error if the
// server had stopped accepting before. It must be called once.
func (s *Server) Stop(ctx context.Context) (cut int, err error) {
	s.listener.Close()
	_, err = s.accepting.Await()
	s.stopping.Store(true)
	s.each((*conn).dismiss)
	ended := make(chan struct{})
	go func() {
		s.done.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
		s.cancel()
		// What waits for the network ends now, and what waits for a handler that does not
		// look at its context is canceled below.
		cut = s.each(func(c *conn) { c.tcp.Close() })
	}
	s.cancel()
	return cut, errors.Join(err, s.runtime.Shutdown(context.Background()))
}

// each calls f for all connections and returns their number.
func (s *Server) each(f func(*conn)) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		f(c)
	}
	return len(s.open)
}
