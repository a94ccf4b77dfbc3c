package main

import (
	"cmp"
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/anet"
)

//go:generate go tool asyncgen

const (
	// backlog is how many messages a client may be behind before it is dropped.
	backlog = 256
	// longestLine is the longest message in bytes; who sends a longer one is dropped.
	longestLine = 1024
)

// Options of a Server. Zero values stand for the ones given here.
type Options struct {
	// WriteTime is how long a client may take to receive what is written to it: 10 s.
	WriteTime time.Duration
	// Grace is how long clients have to receive what was said before a Stop, and to leave: 5 s.
	Grace time.Duration
}

// A Server sends each client what the others say. It has a task that accepts clients and one for
// each client. Its methods may be called from any goroutine.
type Server struct {
	options  Options
	runtime  *rt.Runtime
	listener *anet.Listener
	serving  *rt.Task[struct{}]

	said    *achan.BroadcastSender[message]
	clients atomic.Int64
	dropped atomic.Int64
}

// A message is what everybody but its author gets.
type message struct {
	from *anet.Conn
	text string
}

// Start listens on addr and returns the server, which serves until Stop.
func Start(addr string, options Options) (*Server, error) {
	options.WriteTime = cmp.Or(options.WriteTime, 10*time.Second)
	options.Grace = cmp.Or(options.Grace, 5*time.Second)
	l, err := anet.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	said, first := achan.Broadcast[message](backlog)
	first.Close()
	s := &Server{options: options, runtime: rt.New(rt.Options{Name: "chat"}), listener: l, said: said}
	s.serving = rt.SpawnOn(s.runtime, s.serveAsync())
	return s, nil
}

// Addr returns the address that clients connect to.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Clients returns how many clients there are.
func (s *Server) Clients() int { return int(s.clients.Load()) }

// Dropped returns how many clients were dropped because they did not keep up.
func (s *Server) Dropped() int { return int(s.dropped.Load()) }

// Stop takes no more clients, sends those that are there what was said before, says goodbye, and
// returns when they are gone. It must be called once.
func (s *Server) Stop() error {
	s.listener.Close()
	_, err := s.serving.Await()
	return errors.Join(err, s.runtime.Shutdown(context.Background()))
}

// serve has a task for each client. The group belongs to it: it does not return before they have
// ended, and a panic of one of them is a panic here.
//
//async:func
func (s *Server) serve() error {
	var clients rt.Group
	clients.CollectAll() // what goes wrong with one client is no business of the others
	defer clients.Close().Await()
	for {
		conn, err := s.listener.Accept().Await()
		if errors.Is(err, net.ErrClosed) {
			break
		}
		if err != nil {
			return err
		}
		// From here on it hears what is said, also if its task begins late.
		news := s.said.Subscribe()
		s.clients.Add(1)
		clients.Spawn(s.clientAsync(conn, news))
	}
	// Without senders the channel is at its end: each client gets what is left of it, and then
	// leaves by itself, if it does so in time.
	s.said.Close()
	if _, err := rt.Timeout(s.options.Grace, clients.Wait()).Await(); err != nil && !errors.Is(err, rt.ErrTimeout) {
		return err
	}
	return nil
}

// client speaks to one client. One task does for both directions, since it can wait for a line and
// for a message at once; the one that does not win is given up without losing anything.
//
//async:func
func (s *Server) client(conn *anet.Conn, news *achan.BroadcastReceiver[message]) {
	defer s.clients.Add(-1)
	defer conn.Close()
	defer news.Close()
	in := aio.NewBufReaderSize(conn, longestLine)
	name := "" // the first line; who has not said it listens only
	for {
		r := rt.Select2(in.ReadLine(), news.Recv()).Await()
		switch {
		case r.Index == 0 && r.A.Err != nil:
			return // it has left, or it is not one that speaks lines
		case r.Index == 0 && name == "":
			name = string(r.A.Value)
		case r.Index == 0:
			s.said.Send(message{conn, name + ": " + string(r.A.Value) + "\n"}) // nobody hears it if the server ends
		case errors.Is(r.B.Err, achan.ErrClosed):
			s.goodbyeAsync(conn).Await()
			return
		case r.B.Err != nil: // it has missed messages
			s.dropped.Add(1)
			return
		case r.B.Value.from != conn:
			if err := s.writeAsync(conn, r.B.Value.text).Await(); err != nil {
				if errors.Is(err, rt.ErrTimeout) {
					s.dropped.Add(1)
				}
				return
			}
		}
	}
}

// goodbye tells a client that the server ends, and waits until it has left. A connection that is
// closed with something in it that was not read is reset, and the client might lose what was said before.
//
//async:func
func (s *Server) goodbye(conn *anet.Conn) {
	if s.writeAsync(conn, "* the server is going down\n").Await() != nil || conn.CloseWrite() != nil {
		return
	}
	var rest [512]byte
	for {
		if _, err := aio.Read(conn, rest[:]).Await(); err != nil {
			return
		}
	}
}

// write sends a text to a client, which has to take it in time: one that does not read holds up its
// own task and nobody else's, and not for ever.
//
//async:func
func (s *Server) write(conn *anet.Conn, text string) error {
	_, err := rt.Timeout(s.options.WriteTime, aio.WriteAll(conn, []byte(text))).Await()
	return err
}
