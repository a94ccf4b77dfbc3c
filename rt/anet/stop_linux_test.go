package anet_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

func wantStopped(t testing.TB, what string, err error) {
	t.Helper()
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%s ends with %v", what, err)
	}
}

// TestStop stops tasks that wait for the network. What they waited for can be used by others
// afterwards: nothing is left registered.
func TestStop(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)
	for range 2 {
		wantStopped(t, "a read", leaf.Stopped(t, r, conn.Read(make([]byte, 8))))
		wantStopped(t, "waiting for data", leaf.Stopped(t, r, conn.Readable()))
		wantStopped(t, "a write", leaf.Stopped(t, r, conn.Write(make([]byte, 64<<20))))
	}
	if _, err := peer.Write([]byte("late")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 8)
	if n, err := rt.Run(r, conn.Read(buf)); err != nil || string(buf[:n]) != "late" {
		t.Errorf("a read after the stop: %q, %v", buf[:n], err)
	}
	l, err := anet.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range 2 {
		wantStopped(t, "accepting", leaf.Stopped(t, r, l.Accept()))
	}
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	accepted, err := rt.Run(r, l.Accept())
	if err != nil {
		t.Fatal(err)
	}
	accepted.Close()
}

// TestStopDial stops tasks that connect, to an address and to a name.
func TestStopDial(t *testing.T) {
	r := newRuntime(t)
	addr := fullListener(t)
	before := descriptors(t)
	wantStopped(t, "connecting", leaf.Stopped(t, r, anet.Dial("tcp", addr)))
	if n := descriptors(t); n != before && !portable {
		t.Errorf("%d descriptors are open, %d before", n, before)
	}
	// Stopped before its first poll, it looks up nothing.
	var task *rt.Task[*anet.Conn]
	rt.Run(r, rt.SpawnOn(r, rt.FromFunc(func(*rt.Context) rt.Poll[struct{}] {
		task = rt.SpawnOn(r, rt.Future[*anet.Conn](anet.Dial("tcp", "a.name.invalid:80")))
		task.Stop()
		return rt.Ready(struct{}{})
	})))
	_, err := task.Await()
	wantStopped(t, "looking up", err)
}
