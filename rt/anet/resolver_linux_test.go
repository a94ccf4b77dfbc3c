package anet_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// answering returns a resolver whose name server knows one name, of 127.0.0.1.
func answering() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go serveName(far)
		return near, nil
	}}
}

// serveName answers the questions that come over a stream, see RFC 1035.
func serveName(c net.Conn) {
	defer c.Close()
	for {
		var length uint16
		if binary.Read(c, binary.BigEndian, &length) != nil {
			return
		}
		question := make([]byte, length)
		if _, err := io.ReadFull(c, question); err != nil {
			return
		}
		end := 12 // of the question: a name, a type and a class behind the header
		for question[end] != 0 {
			end += 1 + int(question[end])
		}
		kind := binary.BigEndian.Uint16(question[end+1:])
		answer := append([]byte(nil), question[:end+5]...)
		copy(answer[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}) // there is no address
		if kind == 1 {                                               // of IPv4
			answer[7] = 1
			answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1)
		}
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

// Names are looked up by the resolver that the Dialer has.
func TestResolver(t *testing.T) {
	r := newRuntime(t)
	port := listen(t, "tcp", "127.0.0.1:0")
	d := anet.Dialer{Resolver: answering(), Timeout: time.Minute}
	conn := must(rt.Run(r, d.Dial("tcp", "service.example.:"+port)))(t)
	defer conn.Close()
	buf := make([]byte, 8)
	if n, err := rt.Run(r, conn.Read(buf)); string(buf[:n]) != "hello" || err != nil {
		t.Errorf("Read = %q, %v", buf[:n], err)
	}
}

// A name server that does not answer keeps a goroutine of the pool and nobody else, until the time of
// the Dial is over or it is canceled.
func TestResolverBlocks(t *testing.T) {
	r := newRuntime(t)
	asked, gone := make(chan struct{}, 10), make(chan struct{}, 10)
	d := anet.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		asked <- struct{}{}
		<-ctx.Done()
		gone <- struct{}{}
		return nil, ctx.Err()
	}}}
	dial := rt.SpawnOn(r, d.Dial("tcp", "service.example.:80"))
	<-asked
	for range 10 { // the workers go on
		rt.SpawnOn(r, rt.Yield()).Await()
	}
	dial.Cancel()
	if _, err := dial.Await(); err != rt.ErrCanceled {
		t.Errorf("Dial = %v", err)
	}
	<-gone
	d.Timeout = 20 * time.Millisecond
	_, err := rt.Run(r, d.Dial("tcp", "service.example.:80"))
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() && !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Dial = %v, which is no timeout", err)
	}
	<-gone
}
