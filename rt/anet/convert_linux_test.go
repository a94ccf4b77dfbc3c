package anet_test

import (
	"errors"
	"net"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// A connection goes to package net and back, and loses nothing on the way.
func TestConvert(t *testing.T) {
	r := useDefault(t)
	conn, peer := pair(t, r)
	p, f := newPoller(), conn.Read(make([]byte, 8))
	pending(t, p, f)
	_, err := conn.Net()
	wantOpError(t, err, "convert", rt.ErrBusy)
	f.Cancel()
	peer.Write([]byte("one"))
	standard, err := conn.Net()
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Read(make([]byte, 1)).Await()
	wantOpError(t, err, "read", net.ErrClosed)
	_, err = conn.Net()
	wantOpError(t, err, "convert", net.ErrClosed)
	buf := make([]byte, 8)
	if n, err := standard.Read(buf[:1]); string(buf[:n]) != "o" || err != nil {
		t.Fatalf("Read of package net = %q, %v", buf[:n], err)
	}
	if tcp, ok := standard.LocalAddr().(*net.TCPAddr); !ok {
		t.Errorf("its address is a %T", tcp)
	}
	back, err := anet.FromNet(standard)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	peer.Write([]byte("two"))
	for got := ""; got != "netwo"; {
		n, err := back.Read(buf).Await()
		if got += string(buf[:n]); err != nil || len(got) > len("netwo") {
			t.Fatalf("Read = %q, %v", got, err)
		}
	}
	must(back.Write([]byte("three")).Await())(t)
	if n, err := peer.Read(buf); string(buf[:n]) != "three" || err != nil {
		t.Fatalf("the peer read %q, %v", buf[:n], err)
	}
}

// What is not a socket cannot be taken over.
func TestConvertOthers(t *testing.T) {
	one, two := net.Pipe()
	defer one.Close()
	defer two.Close()
	if _, err := anet.FromNet(one); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("FromNet of a pipe: %v", err)
	}
}
