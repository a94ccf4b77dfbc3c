package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/internal/crowd"
)

// start returns a server that is stopped at the end of the test, without an error.
func start(t *testing.T, options Options) (s *Server, stop func()) {
	t.Helper()
	s, err := Start("127.0.0.1:0", options)
	if err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		if err := s.Stop(); err != nil {
			t.Errorf("Stop: %v", err)
		}
		if n := s.Clients(); n != 0 {
			t.Errorf("%d clients are left", n)
		}
	})
	t.Cleanup(stop)
	return s, stop
}

// A client is a connection of package net that fails rather than hang.
type client struct {
	t *testing.T
	*net.TCPConn
	in *bufio.Reader
}

// join connects, and says its name if it has one. When it returns the server has noticed.
func join(t *testing.T, s *Server, name string) *client {
	t.Helper()
	before := s.Clients()
	j := connect(t, s.Addr().String())
	for s.Clients() <= before {
		runtime.Gosched()
	}
	if name != "" {
		j.say(name)
	}
	return j
}

func (c *client) say(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c, text+"\n"); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) hears(want string) {
	c.t.Helper()
	got, err := c.in.ReadString('\n')
	if got != want+"\n" || err != nil {
		c.t.Fatalf("heard %q, %v; want %q", got, err, want)
	}
}

// hearsAtLast is hears after whatever garbage contains lines.
func (c *client) hearsAtLast(want string) {
	c.t.Helper()
	for {
		got, err := c.in.ReadString('\n')
		if err != nil {
			c.t.Fatal(err)
		}
		if got == want+"\n" {
			return
		}
	}
}

func TestChat(t *testing.T) {
	s, stop := start(t, Options{})
	ann, bob, lurker := join(t, s, "ann"), join(t, s, "bob"), join(t, s, "")
	ann.say("hello")
	bob.hears("ann: hello")
	lurker.hears("ann: hello")
	bob.say("hi ann")
	ann.hears("bob: hi ann") // and not what it has said itself
	lurker.hears("bob: hi ann")
	go stop()
	for _, c := range []*client{ann, bob, lurker} {
		c.hears("* the server is going down")
		if _, err := c.in.ReadByte(); err != io.EOF {
			t.Errorf("after that: %v", err)
		}
	}
}

// Each client hears every message of every other, in the order of each.
func TestEverybodyHearsAll(t *testing.T) {
	const clients, messages = 20, 10 // fewer than a backlog holds
	s, _ := start(t, Options{})
	all := make([]*client, clients)
	for i := range all {
		all[i] = join(t, s, fmt.Sprint(i))
	}
	var wg sync.WaitGroup
	for i, c := range all {
		wg.Go(func() {
			for m := range messages {
				c.say(fmt.Sprint(m))
			}
			next := make([]int, clients)
			for range (clients - 1) * messages {
				line, err := c.in.ReadString('\n')
				var from, number int
				if _, scanned := fmt.Sscanf(line, "%d: %d\n", &from, &number); err != nil || scanned != nil || from == i || number != next[from] {
					t.Errorf("client %d heard %q, %v", i, line, err)
					return
				}
				next[from]++
			}
		})
	}
	wg.Wait()
}

// A client that does not read is dropped: when it is a backlog behind, or a message cannot be
// written in time. The others do not notice.
func TestSlow(t *testing.T) {
	s, _ := start(t, Options{WriteTime: 50 * time.Millisecond})
	slow, ann, bob := join(t, s, ""), join(t, s, "ann"), join(t, s, "bob")
	slow.SetReadBuffer(1024)
	text := strings.Repeat("x", 900)
	for i := 0; s.Dropped() == 0; i++ {
		if i > 100_000 {
			t.Fatal("nobody was dropped")
		}
		ann.say(text)
		bob.hears("ann: " + text)
	}
	ann.say("still here")
	bob.hears("ann: still here")
	for s.Clients() != 2 {
		runtime.Gosched()
	}
}

// A line that is too long, a reset, a connection that says nothing: that is the end of one client.
func TestGarbage(t *testing.T) {
	s, _ := start(t, Options{})
	ann, bob := join(t, s, "ann"), join(t, s, "bob")
	random := rand.NewChaCha8([32]byte{1})
	for i := range 60 {
		c := join(t, s, "")
		switch i % 3 {
		case 0: // it may be cut off before the end; and it has fewer lines than a backlog holds
			io.Copy(c, io.LimitReader(random, 1<<14))
		case 1:
			c.SetLinger(0)
		}
		c.Close()
		for s.Clients() != 2 {
			runtime.Gosched()
		}
		ann.say(fmt.Sprint("\x00 is said like anything else ", i))
		bob.hearsAtLast(fmt.Sprint("ann: \x00 is said like anything else ", i))
		bob.say(fmt.Sprint("so it is ", i))
		ann.hearsAtLast(fmt.Sprint("bob: so it is ", i))
	}
}

// The server is told to end in the midst of a conversation: what was said before is still heard, also by
// one who is just saying something that nobody will hear.
func TestRun(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r, w := io.Pipe()
	result := make(chan error)
	go func() { result <- run(ctx, w, []string{"-addr", "127.0.0.1:0"}) }()
	var addr string
	if _, err := fmt.Fscanf(r, "listening on %s\n", &addr); err != nil {
		t.Fatal(err)
	}
	ann, bob := connect(t, addr), connect(t, addr)
	ann.say("ann")
	bob.say("bob")
	meet(t, ann, bob)
	cancel()
	ann.say(strings.Repeat("too late\n", backlog/2))
	heard, err := io.ReadAll(ann.in)
	if err != nil || !strings.HasSuffix(string(heard), "* the server is going down\n") {
		t.Errorf("ann heard %q, %v", heard, err)
	}
	ann.Close()
	bob.Close()
	if err := <-result; err != nil {
		t.Error(err)
	}
}

func TestMain(m *testing.M) { crowd.Main(m, crowd.Programs{"server": main}) }

// Ten thousand clients that misbehave do not keep two from talking; and a SIGTERM ends the server while
// they are there.
func TestCrowd(t *testing.T) {
	s := crowd.Start(t, "server", "-addr", "127.0.0.1:0", "-write", "1s", "-grace", "1s")
	ann, bob := connect(t, s.Addr), connect(t, s.Addr)
	ann.say("ann")
	bob.say("bob")
	meet(t, ann, bob)
	heard := make(chan error)
	go func() { // what the crowd says is heard as well
		for {
			line, err := ann.in.ReadString('\n')
			if err != nil || line == "bob: in the midst of it\n" {
				heard <- err
				return
			}
		}
	}()
	go io.Copy(io.Discard, bob)
	crowd.Gather(t, s.Addr, crowd.AtMost(10_000, 1))
	bob.say("in the midst of it")
	if err := <-heard; err != nil {
		t.Error(err)
	}
	s.Signal(t)
	s.End(t)
}

// meet returns when ann hears bob.
func meet(t *testing.T, ann, bob *client) {
	t.Helper()
	ann.say("1") // bob may not have been there in time
	bob.say("2")
	for got := ""; got != "bob: 2\n"; {
		var err error
		if got, err = ann.in.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		bob.say("2") // or ann was not
	}
}

// connect returns a client.
func connect(t *testing.T, addr string) *client {
	t.Helper()
	c := crowd.Connect(t, addr)
	return &client{t, c, bufio.NewReader(c)}
}
