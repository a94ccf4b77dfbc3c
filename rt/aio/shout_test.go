package aio_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// shout answers each line in capitals. It writes when there are no more lines at hand, so
// that the answers to many go out together.
//
//async:func
func shout(conn aio.ReadWriter) (lines int, err error) {
	in, out := aio.NewBufReader(conn), aio.NewBufWriter(conn)
	for {
		line, err := in.ReadLine().Await()
		if err == io.EOF {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
		lines++
		if _, err := out.Write(append(bytes.ToUpper(line), '\n')).Await(); err != nil {
			return lines, err
		}
		if in.Buffered() > 0 {
			continue
		}
		if err := out.Flush().Await(); err != nil {
			return lines, err
		}
	}
}

// The plain function and its twin talk to a peer over TCP.
func TestShout(t *testing.T) {
	l, err := anet.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for name, serve := range map[string]func(*anet.Conn) (int, error){
		"plain": func(c *anet.Conn) (int, error) { return shout(c) },
		"twin":  func(c *anet.Conn) (int, error) { return rt.Spawn(rt.Future[int](shoutAsync(c))).Await() },
	} {
		t.Run(name, func(t *testing.T) {
			peer, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer peer.Close()
			conn, err := l.Accept().Await()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			go func() {
				for i := range 1000 {
					fmt.Fprintf(peer, "line %d\r\n", i)
				}
				peer.(*net.TCPConn).CloseWrite()
			}()
			got := make(chan []byte)
			go func() {
				b, _ := io.ReadAll(peer)
				got <- b
			}()
			if n, err := serve(conn); n != 1000 || err != nil {
				t.Errorf("%d lines, %v", n, err)
			}
			conn.CloseWrite()
			var want bytes.Buffer
			for i := range 1000 {
				fmt.Fprintf(&want, "LINE %d\n", i)
			}
			if !bytes.Equal(<-got, want.Bytes()) {
				t.Error("other answers came")
			}
		})
	}
}
