//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"golang.org/x/sys/unix"

	"github.com/asyncgen/asyncgen/examples/httpd/server"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/anet"
)

//go:generate go tool asyncgen

// serve is a server's process: it tells its address, and then what it has used when it is asked.
func serve(start func() (string, error)) error {
	addr, err := start()
	if err != nil {
		return err
	}
	fmt.Println(addr)
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var usage unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
			return err
		}
		fmt.Println(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return in.Err()
}

var greeting = []byte("Hello, world!\n")

// hello is the handler for net/http.
func hello(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write(greeting)
}

// serveAsync starts the server of the example with an async handler.
func serveAsync() (string, error) {
	return serveHandler(server.HandlerFunc(func(x *server.Exchange) rt.Future[struct{}] {
		x.Respond(http.StatusOK, "text/plain; charset=utf-8", greeting)
		return nil
	}))
}

// serveStd starts it with a handler for net/http.
func serveStd() (string, error) { return serveHandler(server.Std(http.HandlerFunc(hello))) }

func serveHandler(h server.Handler) (string, error) {
	s, err := server.Start("127.0.0.1:0", server.Config{Handler: h})
	if err != nil {
		return "", err
	}
	return s.Addr().String(), nil
}

// serveNet starts a server of net/http.
func serveNet() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go http.Serve(l, http.HandlerFunc(hello))
	return l.Addr().String(), nil
}

// answer is what the floor sends, as long as the answers of the others.
var answer = fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s",
	len(greeting), greeting)

// serveFloor starts a server that reads something and sends the answer, and again.
func serveFloor() (string, error) {
	l, err := anet.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	r := rt.New(rt.Options{})
	rt.SpawnOn(r, acceptAsync(l)).Detach()
	return l.Addr().String(), nil
}

// accept spawns a task for each connection.
//
//async:func
func accept(l *anet.Listener) error {
	for {
		conn, err := l.Accept().Await()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		rt.Spawn(sameAsync(conn)).Detach()
	}
}

// same sends the same answer to whatever comes.
//
//async:func
func same(conn *anet.Conn) error {
	in := aio.NewBufReader(conn)
	for {
		if _, err := in.ReadSome().Await(); err != nil {
			break
		}
		if _, err := conn.Write(answer).Await(); err != nil {
			break
		}
	}
	return conn.Close()
}
