package main

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// largestPage bounds what is read of a page with its header, in bytes.
const largestPage = 1 << 20

// A page is what a server has answered.
type page struct {
	status   int
	location string // where a redirection leads
	html     []byte // empty if it is something else
}

// fetch gets a page: it asks for the connection to be closed after the answer, reads that to the
// end, and has net/http parse what has come. Whoever gives up waiting cancels it at one of its
// awaits, and the connection is closed.
//
//async:func
func fetch(u *url.URL) (page, error) {
	conn, err := anet.Dial("tcp", net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "80"))).Await()
	if err != nil {
		return page{}, err
	}
	defer conn.Close()
	request := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", u.RequestURI(), u.Host)
	if _, err := conn.Write([]byte(request)).Await(); err != nil {
		return page{}, err
	}
	var answer bytes.Buffer
	in := aio.NewBufReader(conn)
	for {
		some, err := in.ReadSome().Await()
		if err == io.EOF {
			break
		}
		if err != nil {
			return page{}, err
		}
		if answer.Len()+len(some) > largestPage {
			return page{}, fmt.Errorf("the page is larger than %d bytes", largestPage)
		}
		answer.Write(some)
	}
	return parse(&answer)
}

// parse reads an answer. All of it is there, so this is plain code.
func parse(answer io.Reader) (page, error) {
	resp, err := http.ReadResponse(bufio.NewReader(answer), nil)
	if err != nil {
		return page{}, err
	}
	defer resp.Body.Close()
	p := page{status: resp.StatusCode, location: resp.Header.Get("Location")}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return page{}, err
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		p.html = body
	}
	return p, nil
}
