package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/examples/miniredis/server"
	"github.com/asyncgen/asyncgen/rt"
)

//go:generate go tool asyncgen

func start(t *testing.T) *server.Server {
	t.Helper()
	s, err := server.Start("127.0.0.1:0", server.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func stop(t *testing.T, s *server.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// The methods work in plain code, where they block, and from many goroutines at once.
func TestPlain(t *testing.T) {
	s := start(t)
	defer stop(t, s)
	for _, connections := range []int{1, 3} {
		c, err := Dial(s.Addr().String(), connections)
		if err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprint("sum", connections)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				for n := range 50 {
					if _, err := c.IncrBy(key, 1); err != nil {
						t.Error(err)
					}
					own := fmt.Sprintf("k%d", i)
					if err := c.Set(own, strconv.Itoa(n)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if v, ok, err := c.Get(key); v != "1000" || !ok || err != nil {
			t.Errorf("Get = %q, %v, %v", v, ok, err)
		}
		if _, ok, err := c.Get("nosuch"); ok || err != nil {
			t.Errorf("Get of nothing = %v, %v", ok, err)
		}
		var answered frame.ErrorValue
		if _, err := c.Do("NOSUCH"); !errors.As(err, &answered) {
			t.Errorf("an error of the server: %v", err)
		}
		c.Close()
		if err := c.Set("a", "b"); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
}

// inParallel asks many things at once, in tasks, each after the answer to the one before.
//
//async:func
func inParallel(addr string, tasks, each int) (sum int64, err error) {
	c, err := DialAsync(addr, 2).Await()
	if err != nil {
		return 0, err
	}
	defer c.Close()
	var g rt.Group
	defer g.Close().Await()
	for range tasks {
		g.Go(func() error {
			for range each {
				if _, err := c.IncrByAsync("n", 1).Await(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait().Await(); err != nil {
		return 0, err
	}
	return c.IncrByAsync("n", 0).Await()
}

func TestTasks(t *testing.T) {
	s := start(t)
	defer stop(t, s)
	sum, err := inParallelAsync(s.Addr().String(), 200, 20).Await()
	if sum != 4000 || err != nil {
		t.Errorf("%d, %v", sum, err)
	}
}

// Requests and answers that do not fit into the buffers of the system are no reason to wait for
// each other.
func TestLarge(t *testing.T) {
	s := start(t)
	defer stop(t, s)
	c, err := Dial(s.Addr().String(), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	large := string(make([]byte, 1<<20))
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			if f, err := c.Do("ECHO", large); err != nil || string(f.Text) != large {
				t.Errorf("%d bytes, %v", len(f.Text), err)
			}
		})
	}
	wg.Wait()
}

// When the connection breaks, everybody gets to know, those who come later too.
func TestBroken(t *testing.T) {
	s := start(t)
	c, err := Dial(s.Addr().String(), 2)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Set("a", "b"); err != nil {
		t.Fatal(err)
	}
	stop(t, s)
	for range 10 {
		if err := c.Set("a", "b"); err == nil || errors.Is(err, ErrClosed) {
			t.Errorf("after the end of the server: %v", err)
		}
	}
}

// listen counts messages until one says that it is the last, or the stream fails.
//
//async:func
func listen(addr string, ready chan<- struct{}) (n int, err error) {
	s, err := SubscribeAsync(addr, "a", "b").Await()
	if err != nil {
		return 0, err
	}
	defer s.Close()
	close(ready)
	for m, err := range s.Messages() {
		if err != nil {
			return n, err
		}
		n++
		if m.Text == "last" {
			return n, nil
		}
	}
	return n, nil
}

func TestSubscription(t *testing.T) {
	s := start(t)
	c, err := Dial(s.Addr().String(), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, last := range []bool{true, false} {
		ready := make(chan struct{})
		task := rt.Spawn(listenAsync(s.Addr().String(), ready))
		<-ready
		for i := range 100 {
			if n, err := c.Publish([]string{"a", "b"}[i%2], "text"); n != 1 || err != nil {
				t.Fatalf("Publish = %d, %v", n, err)
			}
		}
		if last {
			c.Publish("a", "last")
			if n, err := task.Await(); n != 101 || err != nil {
				t.Errorf("%d messages, %v", n, err)
			}
			continue
		}
		stop(t, s)
		if n, err := task.Await(); n != 100 || err != io.EOF {
			t.Errorf("%d messages, %v", n, err)
		}
	}
}
