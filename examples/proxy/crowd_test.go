package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"testing"

	"github.com/asyncgen/asyncgen/examples/internal/crowd"
)

// The proxy and its target are processes of their own, since the proxy has two descriptors for each client.
func TestMain(m *testing.M) {
	crowd.Main(m, crowd.Programs{"proxy": main, "target": func() {
		if err := target(); err != nil {
			fmt.Fprintln(os.Stderr, "target:", err)
			os.Exit(1)
		}
	}})
}

// target sends back what it gets, with package net, until its input ends.
func target() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("listening on", l.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			// A small buffer, since there are thousands, and none of the pipes that io.Copy would
			// take for itself, two descriptors each.
			io.CopyBuffer(struct{ io.Writer }{c}, struct{ io.Reader }{c}, make([]byte, 1<<10))
		}()
	}
}

// Ten thousand that misbehave, or as many as there are descriptors for, do not keep one from being
// served. A SIGTERM while they are all there ends the proxy.
func TestCrowd(t *testing.T) {
	to := crowd.Start(t, "target").Addr
	proxy := crowd.Start(t, "proxy", "-addr", "127.0.0.1:0", "-to", to, "-grace", "1ms")
	addr := proxy.Addr
	crowd.Gather(t, addr, crowd.AtMost(10_000, 2))
	c := crowd.Connect(t, addr)
	for i := range 100 {
		want := fmt.Sprint("message ", i)
		io.WriteString(c, want)
		got := make([]byte, len(want))
		if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
			t.Fatalf("%q, %v", got, err)
		}
	}
	proxy.Signal(t)
	proxy.End(t)
}

// A SIGTERM in the midst of a stream lets it come to its end, in a crowd, and takes nobody new. When
// all have gone the proxy ends.
func TestSIGTERM(t *testing.T) {
	to := crowd.Start(t, "target").Addr
	proxy := crowd.Start(t, "proxy", "-addr", "127.0.0.1:0", "-to", to, "-grace", "10m")
	addr := proxy.Addr
	leave := crowd.Gather(t, addr, crowd.AtMost(1_000, 2))
	data := make([]byte, 8<<20)
	rand.NewChaCha8([32]byte{}).Read(data)
	c := crowd.Connect(t, addr)
	go func() {
		c.Write(data)
		c.CloseWrite()
	}()
	got := make([]byte, 1, len(data))
	if _, err := io.ReadFull(c, got); err != nil {
		t.Fatal(err)
	}
	proxy.Signal(t)
	rest, err := io.ReadAll(c)
	if got = append(got, rest...); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
	for { // the signal may take its time
		late, err := net.Dial("tcp", addr)
		if err != nil {
			break
		}
		late.Close()
	}
	leave()
	proxy.End(t)
}
