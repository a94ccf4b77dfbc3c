package main

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// serveSite serves n pages until l is closed. Page i links to pages 2i and 2i+1, to the first one, to
// one that is missing, and elsewhere. It is written with package net, as sites are that somebody else
// has.
func serveSite(l net.Listener, n int) {
	http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/1", http.StatusFound)
			return
		}
		i, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		if err != nil || i < 1 || i > n {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<title>%d</title><a href='/1'>first</a> <a class=x href=\"/missing\">nothing</a> <a href=http://elsewhere.invalid/>away</a>\n", i)
		for _, child := range []int{2 * i, 2*i + 1} {
			if child <= n {
				fmt.Fprintf(w, "<a href='%d#part'>%[1]d</a>\n", child)
			}
		}
	}))
}
