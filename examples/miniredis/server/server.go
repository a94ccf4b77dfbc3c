// Package server is a server that speaks the protocol of Redis and does what Redis 7.0 does for
// the commands in its tables, down to the text of the errors.
//
// Each connection is a task: see client.serve, which is the whole life of one, from top to
// bottom. Commands are plain functions. They run under one lock, all that were read at once in
// one go, so that nothing in them awaits and nothing has to be reasoned about that could happen in
// between; that is how Redis itself does without any. See run.go.
//
// What is behind a connection that is slow: replies are written before more commands are read, so
// that who does not read its replies is not served either. Messages to subscribers come from
// others, who do not wait: they collect in memory, and a subscriber that lets too much of it
// collect is cut off, with the limits of Redis. See Options.
package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/asyncgen/asyncgen/examples/miniredis/store"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/anet"
)

//go:generate go tool asyncgen

// Options say what a server is like. What is zero stands for what Redis does.
type Options struct {
	// MaxClients is how many connections are served at a time; 10000.
	MaxClients int
	// HardLimit is how many bytes of messages may wait for a subscriber; 32 MiB. One with more
	// is cut off.
	HardLimit int
	// SoftLimit is how many may wait for SoftTime; 8 MiB, for 60 seconds.
	SoftLimit int
	SoftTime  time.Duration
}

// orDefault fills in what is zero.
func (o Options) orDefault() Options {
	o.MaxClients = cmp.Or(o.MaxClients, 10_000)
	o.HardLimit = cmp.Or(o.HardLimit, 32<<20)
	o.SoftLimit = cmp.Or(o.SoftLimit, 8<<20)
	o.SoftTime = cmp.Or(o.SoftTime, time.Minute)
	return o
}

// A Server serves the data in its store. Its methods may be called from any goroutine.
type Server struct {
	runtime  *rt.Runtime
	listener *anet.Listener
	tasks    []*rt.Task[struct{}] // that accept and expire
	options  Options
	begun    time.Time
	// permits are as many as there may be clients. When all are back, all clients are gone.
	permits *alock.Semaphore
	// sooner is notified when a key is to end before wakeAt.
	sooner alock.Notify

	mu       sync.Mutex // guards what follows, and what clients say that it guards
	store    *store.Store
	topics   topics
	clients  map[int64]*client
	lastID   int64
	wakeAt   int64 // when the task that expires looks next
	stopping bool
	stats    stats
}

// stats are for INFO.
type stats struct {
	commands, connections, rejected, expired, cutOff int64
}

// A Conn is what a client is connected by.
type Conn interface {
	aio.ReadWriter
	Close() error
}

// New returns a server that listens nowhere.
func New(o Options) *Server {
	o = o.orDefault()
	return &Server{
		options: o,
		begun:   time.Now(),
		permits: alock.NewSemaphore(o.MaxClients),
		store:   store.New(),
		topics:  newTopics(),
		clients: make(map[int64]*client),
		wakeAt:  never,
	}
}

// Start returns a server that listens on addr, with a runtime of its own, until Stop.
func Start(addr string, o Options) (*Server, error) {
	l, err := anet.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := New(o)
	s.listener = l
	// One worker: the clients' tasks share the store without locks, as those of Redis share its thread.
	s.runtime = rt.New(rt.Options{Name: "miniredis", Workers: 1})
	s.tasks = append(s.tasks, rt.SpawnOn(s.runtime, s.acceptAsync()), rt.SpawnOn(s.runtime, s.ExpireAsync()))
	return s, nil
}

// Addr returns the address that clients connect to.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

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
		rt.Spawn(s.ServeConnAsync(conn)).Detach()
	}
}

// ServeConn serves a connection until it ends, and closes it. If there are too many already it
// is told so, as Redis does, rather than kept waiting.
//
//async:func
func (s *Server) ServeConn(conn Conn) {
	permit, ok := s.permits.TryAcquire()
	if !ok {
		s.reject()
		aio.WriteAll(conn, []byte("-ERR max number of clients reached\r\n")).Await()
		conn.Close()
		return
	}
	c := s.enter(conn)
	defer s.leave(c, permit)
	c.serveAsync().Await()
}

// enter notes a client before it is served.
func (s *Server) enter(conn Conn) *client {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	s.stats.connections++
	c := newClient(s, s.lastID, conn)
	s.clients[c.id] = c
	if s.stopping {
		c.drain()
	}
	return c
}

// leave forgets a client, however its task has ended.
func (s *Server) leave(c *client, permit alock.Permit) {
	s.mu.Lock()
	s.topics.leave(c)
	delete(s.clients, c.id)
	s.mu.Unlock()
	c.conn.Close()
	permit.Release()
}

// reject notes a client that is not served.
func (s *Server) reject() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.rejected++
}

// Stop takes no more connections, serves what has come on those that are there, up to the last
// byte, and closes them. What is left when ctx ends is closed as it is: the error says how many
// those were. It must be called once.
func (s *Server) Stop(ctx context.Context) error {
	s.listener.Close()
	_, err := s.tasks[0].Await()
	s.drainAll()
	all := s.permits.AcquireMany(s.options.MaxClients)
	if _, late := rt.WithContext(ctx, all).Await(); late != nil {
		err = errors.Join(err, s.closeAll())
	}
	return errors.Join(err, s.runtime.Shutdown(context.Background()))
}

// drainAll has all clients end when what they have sent is served.
func (s *Server) drainAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
	for _, c := range s.clients {
		c.drain()
	}
}

// closeAll closes all connections, whose tasks then end with an error.
func (s *Server) closeAll() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.clients {
		c.conn.Close()
	}
	if n := len(s.clients); n > 0 {
		return fmt.Errorf("cut off %d connections", n)
	}
	return nil
}
