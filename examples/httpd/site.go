package main

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/files"
	"github.com/asyncgen/asyncgen/examples/httpd/server"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
)

//go:generate go tool asyncgen

// site returns the handlers, one of each kind.
func site(root string) server.Handler {
	m := new(server.Mux)
	m.Handle("/hello", server.HandlerFunc(hello))
	m.Handle("/sleep", server.HandlerFunc(sleepAsync))
	m.Handle("/echo", server.HandlerFunc(echoAsync))
	m.Handle("/std/", server.Std(http.StripPrefix("/std", std())))
	m.Handle("/files/", files.Dir{Root: root, Prefix: "/files/"})
	return m
}

var greeting = []byte("Hello, world!\n")

// hello answers at once: it returns no future, and allocates nothing.
func hello(x *server.Exchange) rt.Future[struct{}] {
	x.Respond(http.StatusOK, "text/plain; charset=utf-8", greeting)
	return nil
}

// sleep awaits a timer before it answers. While it sleeps there is a machine of some hundred bytes
// and no goroutine.
//
//async:func dyn
func sleep(x *server.Exchange) error {
	q, _ := url.ParseQuery(string(x.Request.Query))
	d, err := time.ParseDuration(q.Get("for"))
	if err != nil || d > time.Minute {
		x.Error(http.StatusBadRequest, "?for= must be a duration such as 100ms, at most 1m")
		return nil
	}
	if err := rt.Sleep(d).Await(); err != nil {
		return err
	}
	x.Respond(http.StatusOK, "text/plain; charset=utf-8", fmt.Appendf(nil, "slept for %v\n", d))
	return nil
}

// echo sends the body of the request back while it comes, however long it is.
//
//async:func dyn
func echo(x *server.Exchange) error {
	x.AddHeader("Content-Type", "application/octet-stream")
	x.Start(http.StatusOK, x.Request.Length)
	_, err := aio.Copy(x, x).Await()
	for _, f := range x.Trailer() {
		x.AddTrailer(string(f.Name), string(f.Value))
	}
	return err
}

// std are handlers for net/http, which know nothing of futures.
func std() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "Hello, %s!\n", r.PathValue("name"))
	})
	// ticks sends a line each tenth of a second until the client has enough.
	m.HandleFunc("GET /ticks", func(w http.ResponseWriter, r *http.Request) {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			fmt.Fprintln(w, i)
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-tick.C:
			}
		}
	})
	return m
}
