package main

import (
	"net"
	"testing"

	"github.com/asyncgen/asyncgen/examples/internal/crowd"
)

// Ten thousand clients that misbehave do not keep one from getting back what it sends; and a SIGTERM
// ends the server while they are there.
func TestCrowd(t *testing.T) {
	s := crowd.Start(t, "server", "-addr", "127.0.0.1:0", "-grace", "1ms")
	crowd.Gather(t, s.Addr, crowd.AtMost(10_000, 1))
	addr, err := net.ResolveTCPAddr("tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := talk(dial(t, addr), randomBytes(7, 1<<20)); err != nil {
		t.Error(err)
	}
	s.Signal(t)
	s.End(t)
}
