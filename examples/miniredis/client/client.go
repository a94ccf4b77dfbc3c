// Package client talks to a server with the protocol of Redis.
//
// A connection belongs to one task, its manager: nobody else reads from it or writes to it. Whoever
// wants something sends the manager a request through a channel, with one end of a oneshot
// channel for the answer, and awaits the other end. So any number of tasks, and goroutines, use
// one connection without a lock, and what they ask for at the same time goes out as one write.
//
// A client with several connections is the same with several managers, which take their requests
// from one channel.
//
// If a connection breaks, the requests on it that have no answer fail: the server may have executed them or
// not, and only who has asked can know whether to ask again. The manager connects anew, and those that come later
// are served. While there is no connection at all each request is an attempt to get one, and fails
// if that does.
package client

import (
	"errors"
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

	mu        sync.Mutex
	connected int   // how many managers have a connection
	err       error // why the last one was lost, or could not be had
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
		m := &manager{client: c, addr: addr, conn: conn, requests: rx.Clone()}
		c.count(+1)
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
		if errors.Is(err, achan.ErrClosed) {
			err = ErrClosed
		}
		return frame.Frame{}, err
	}
	answer, err := rx.Recv().Await()
	if err != nil {
		return answer, c.reason(err)
	}
	return answer, answer.Err()
}

// fail notes why a connection was lost, or could not be had, and returns that. It comes before anybody is
// told that there will be no answer, and asks why.
func (c *Client) fail(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = err
	return err
}

// count notes that a manager has got a connection, or has lost one.
func (c *Client) count(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.connected += n
}

// alone reports whether no manager has a connection.
func (c *Client) alone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.connected == 0
}

// reason returns why there will be no answer.
func (c *Client) reason(err error) error {
	if !errors.Is(err, achan.ErrClosed) {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
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
