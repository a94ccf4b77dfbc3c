package anet_test

import (
	"errors"
	"io"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// As many workers as there are processors echo as fast as they can, with system calls that Go's
// scheduler does not see. Whatever else there is in the process goes on all the same: goroutines
// that talk to each other, timers, and connections of package net, which wait in another poller.
func TestBesideOthers(t *testing.T) {
	r := newRuntime(t)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	var echoed atomic.Int64
	var conns []*anet.Conn
	for range 20 * runtime.GOMAXPROCS(0) {
		one := must(rt.Run(r, anet.Dial("tcp", l.Addr().String())))(t)
		two := must(rt.Run(r, l.Accept()))(t)
		conns = append(conns, one, two)
	}
	l.Close()
	// Before there are players, who may be writing as well.
	for _, conn := range conns[:len(conns)/2] {
		must(rt.Run(r, conn.Write(make([]byte, 64))))(t)
	}
	var players []*rt.Task[struct{}]
	for _, conn := range conns {
		players = append(players, rt.SpawnOn(r, playAsync(conn, &echoed)))
	}

	var others sync.WaitGroup
	others.Go(func() { talk(100) })
	others.Go(func() { tick(20) })
	others.Go(func() { echoPlainly(t, 20) })
	ended := make(chan struct{})
	go func() { others.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Error("something in the process does not go on beside the workers")
	}
	before := echoed.Load()
	talk(1)
	for echoed.Load() == before {
		runtime.Gosched() // the load goes on too
	}
	for _, conn := range conns {
		conn.Close()
	}
	for _, p := range players {
		p.Await()
	}
	<-ended
}

// play sends back what comes, for as long as there is a connection.
//
//async:func
func play(conn *anet.Conn, echoed *atomic.Int64) error {
	buf := make([]byte, 64)
	for {
		n, err := conn.Read(buf).Await()
		if err != nil {
			return err
		}
		if _, err := conn.Write(buf[:n]).Await(); err != nil {
			return err
		}
		echoed.Add(1)
	}
}

// talk has two goroutines exchange messages.
func talk(count int) {
	ask, answer := make(chan int), make(chan int)
	go func() {
		for v := range ask {
			answer <- v
		}
	}()
	for i := range count {
		ask <- i
		<-answer
	}
	close(ask)
}

// tick waits for timers, one after the other.
func tick(count int) {
	for range count {
		time.Sleep(time.Millisecond)
	}
}

// echoPlainly exchanges messages over connections of package net.
func echoPlainly(t *testing.T, count int) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Error(err)
		return
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		// Not io.Copy, which keeps pipes for splicing.
		for buf := make([]byte, 8); err == nil; {
			if _, err = io.ReadFull(c, buf); err == nil {
				_, err = c.Write(buf)
			}
		}
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	buf := make([]byte, 8)
	for range count {
		_, err := c.Write(buf)
		if _, readErr := io.ReadFull(c, buf); err != nil || readErr != nil {
			t.Error(errors.Join(err, readErr))
			return
		}
	}
}
