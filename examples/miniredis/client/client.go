// Package client talks to a server with the protocol of Redis.
//
// A connection belongs to one task, its manager: nobody else reads from it or writes to it. Whoever
// wants something sends the manager a request through a channel, with one end of a oneshot
// channel for the answer, and awaits the other end. So any number of tasks, and goroutines, use
// one connection without a lock, and what they ask for at the same time goes out as one write.
//
// A client with several connections is the same with several managers, which take their requests
// from one channel.
package client

import (
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/anet"
)

//go:generate go tool asyncgen

// waiting is how many requests may wait for a manager. Who comes then waits for room.
const waiting = 128

// A Client is connected to a server. Its methods may be called by any task and any goroutine.
type Client struct {
	requests *achan.Sender[request]

	mu       sync.Mutex
	managers int   // how many have a connection
	err      error // of the first connection that has broken
}

// A request is a command, and where its answer goes.
type request struct {
	args   []string
	answer *achan.OneshotSender[frame.Frame]
}

// ErrClosed is the error of what is asked of a client after Close.
var ErrClosed = errors.New("client: closed")

// Dial connects to a server, with that many connections. Whoever polls it polls the managers too:
// called from plain code, they run on the default runtime.
//
//async:func
func Dial(addr string, connections int) (*Client, error) {
	tx, rx := achan.MPMC[request](waiting)
	c := &Client{requests: tx}
	defer rx.Close()
	for range connections {
		conn, err := anet.Dial("tcp", addr).Await()
		if err != nil {
			c.Close() // the managers that there are end
			return nil, err
		}
		m := &manager{client: c, conn: conn, requests: rx.Clone()}
		c.enter()
		rt.Spawn(m.runAsync()).Detach()
	}
	return c, nil
}

// Close ends the client. Requests that were made before are answered.
func (c *Client) Close() { c.requests.Close() }

// Do sends a command and waits for the answer. An error that the server answers with is returned
// as the error, a [frame.ErrorValue].
//
//async:func
func (c *Client) Do(args ...string) (frame.Frame, error) {
	tx, rx := achan.Oneshot[frame.Frame]()
	if err := c.requests.Send(request{args, tx}).Await(); err != nil {
		return frame.Frame{}, c.reason(err)
	}
	answer, err := rx.Recv().Await()
	if err != nil {
		return answer, c.reason(err)
	}
	return answer, answer.Err()
}

// fail notes why a connection has broken, and returns that. It comes before anybody is told that
// there will be no answer, and asks why.
func (c *Client) fail(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
	}
	return err
}

// leave notes that a manager is done with its connection. It reports whether that was the last one.
func (c *Client) leave() (last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.managers--
	return c.managers == 0
}

// enter notes a manager.
func (c *Client) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.managers++
}

// reason returns why a channel was closed: if it was not by Close, a connection has broken.
func (c *Client) reason(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !errors.Is(err, achan.ErrClosed):
		return err
	case c.err != nil:
		return fmt.Errorf("client: connection lost: %w", c.err)
	}
	return ErrClosed
}

// Get returns the string of a key; ok is false if there is none.
//
//async:func
func (c *Client) Get(key string) (value string, ok bool, err error) {
	f, err := c.DoAsync("GET", key).Await()
	return string(f.Text), err == nil && f.Kind != frame.Null, err
}

// Set gives a key a string.
//
//async:func
func (c *Client) Set(key, value string) error {
	_, err := c.DoAsync("SET", key, value).Await()
	return err
}

// IncrBy adds n to the number of a key, and returns the sum.
//
//async:func
func (c *Client) IncrBy(key string, n int64) (int64, error) {
	f, err := c.DoAsync("INCRBY", key, strconv.FormatInt(n, 10)).Await()
	return f.Int, err
}

// Publish sends a message to all who are subscribed to a channel, and returns how many they are.
//
//async:func
func (c *Client) Publish(channel, message string) (receivers int64, err error) {
	f, err := c.DoAsync("PUBLISH", channel, message).Await()
	return f.Int, err
}
