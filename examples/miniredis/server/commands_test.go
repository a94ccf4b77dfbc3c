package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// askFrames sends commands and returns the replies.
func askFrames(t *testing.T, network, addr string, commands [][]string) (replies []frame.Frame) {
	t.Helper()
	conn, err := anet.Dial(network, addr).Await()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in, out := frame.NewReader(conn), frame.NewWriter(conn)
	for _, c := range commands {
		out.Command(c...)
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	for range commands {
		f, err := in.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		replies = append(replies, f)
	}
	return replies
}

// What COMMAND tells about each command is what Redis tells, up to the categories. Subcommands that are
// not there are not told about.
func TestCommandTable(t *testing.T) {
	var ask [][]string
	names := slices.Sorted(maps.Keys(commands))
	for _, name := range names {
		for _, sub := range slices.Sorted(maps.Keys(commands[name].sub)) {
			names = append(names, name+"|"+sub)
		}
	}
	for _, name := range names {
		ask = append(ask, []string{"COMMAND", "INFO", name})
	}
	network, addr := redisServer(t)
	want := askFrames(t, network, addr, ask)
	got := askFrames(t, "tcp", start(t, Options{}).Addr().String(), ask)
	const known = 7 // the rest is on tips, specifications of keys and subcommands
	text := func(f frame.Frame) string {
		if len(f.List) != 1 || len(f.List[0].List) < known {
			return fmt.Sprint(f)
		}
		return fmt.Sprint(f.List[0].List[:known])
	}
	for i, name := range names {
		if g, w := text(got[i]), text(want[i]); g != w {
			t.Errorf("%s:\n%s\nRedis:\n%s", name, g, w)
		}
	}
}

// CLIENT KILL ends the connections that are meant, also those that wait for messages.
func TestClientKill(t *testing.T) {
	s := start(t, Options{})
	open := func(send, want string) (net.Conn, *bufio.Reader) {
		c, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(time.Minute))
		io.WriteString(c, send)
		in := bufio.NewReader(c)
		got := make([]byte, len(want))
		if _, err := io.ReadFull(in, got); string(got) != want || err != nil {
			t.Fatalf("%q, %v, want %q", got, err, want)
		}
		return c, in
	}
	ended := func(in *bufio.Reader) {
		t.Helper()
		if rest, err := io.ReadAll(in); len(rest) > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the connection goes on: %q, %v", rest, err)
		}
	}
	_, silent := open("PING\r\n", "+PONG\r\n")
	_, listening := open("SUBSCRIBE a\r\n", "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n")
	byAddr, third := open("PING\r\n", "+PONG\r\n")
	_, me := open("CLIENT KILL TYPE pubsub\r\nCLIENT KILL "+byAddr.LocalAddr().String()+
		"\r\nCLIENT KILL ID 1\r\nCLIENT KILL SKIPME no\r\nPING\r\n", ":1\r\n+OK\r\n:1\r\n:1\r\n")
	ended(listening)
	ended(third)
	ended(silent)
	ended(me)
}
