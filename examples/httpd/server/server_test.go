package server_test

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/server"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
)

//go:generate go tool asyncgen

// start returns a server that is stopped when the test is over. By then no request is under way.
func start(t testing.TB, config server.Config) *server.Server {
	t.Helper()
	if config.Handler == nil {
		m := new(server.Mux)
		m.Handle("/", server.HandlerFunc(ok))
		m.Handle("/echo", server.HandlerFunc(echoAsync))
		config.Handler = m
	}
	s, err := server.Start("127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if cut, err := s.Stop(ctx); cut != 0 || err != nil {
			t.Errorf("Stop = %d, %v", cut, err)
		}
		if n := s.Open(); n != 0 {
			t.Errorf("%d connections are left", n)
		}
	})
	return s
}

func ok(x *server.Exchange) rt.Future[struct{}] {
	x.Respond(200, "text/plain", []byte("ok"))
	return nil
}

// echo answers with the body when it has come as a whole, so that a wrong one can be refused.
//
//async:func dyn
func echo(x *server.Exchange) error {
	var body []byte
	buf := make([]byte, 100)
	for {
		n, err := aio.Read(x, buf).Await()
		body = append(body, buf[:n]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	x.Respond(200, "text/plain", body)
	return nil
}
