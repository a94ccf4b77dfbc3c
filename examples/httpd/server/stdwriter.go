package server

import (
	"bufio"
	"bytes"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/http1"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/alock"
)

// A stdWriter is the ResponseWriter of a handler of net/http. Its methods are called from the
// handler's goroutine and block that. Meanwhile the task of the connection waits for the handler, so
// that the exchange belongs to them.
type stdWriter struct {
	request  *http.Request
	header   http.Header
	body     stdBody
	bodyRead alock.Notify  // of the end of the body
	asked    alock.Notify  // of the handler's wish to have the connection
	granted  chan struct{} // made before, and closed when the task has let go of it
	early    []byte        // what the task has read of the next request, set before that

	mu     sync.Mutex
	x      *Exchange // nil when the handler has returned or has taken the connection
	status int       // 0: not said yet
	begun  bool      // the head is in the exchange
	// held is the beginning of the body, until that is longer than maxHeld or has ended. In the second
	// case its length is known, and in both its type can be guessed.
	held []byte
	// room is how many bytes of the declared length are not written yet; meaningless if none is declared.
	room     int64
	declared bool
}

// maxHeld is as much as net/http keeps.
const maxHeld = 2 << 10

// serve calls the handler and completes the response.
func (w *stdWriter) serve(h http.Handler) error {
	x := w.x
	defer func() {
		w.body.end()
		w.mu.Lock()
		defer w.mu.Unlock()
		w.x, x.lent = nil, false
	}()
	h.ServeHTTP(w, w.request)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.x == nil {
		return nil // hijacked
	}
	if w.status == 0 {
		w.setStatus(200)
	}
	if err := w.begin(true); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(w.header)) {
		trailer, ok := strings.CutPrefix(name, http.TrailerPrefix)
		if ok || slices.Contains(w.trailers(), name) {
			for _, v := range w.header[name] {
				x.AddTrailer(trailer, v)
			}
		}
	}
	return nil
}

// trailers returns the names that the handler has announced for the end of the body.
func (w *stdWriter) trailers() (names []string) {
	for _, v := range w.header["Trailer"] {
		for name := range strings.SplitSeq(v, ",") {
			names = append(names, http.CanonicalHeaderKey(strings.TrimSpace(name)))
		}
	}
	return names
}

// Header returns the fields that the response will have.
func (w *stdWriter) Header() http.Header { return w.header }

// WriteHeader sets the status. One below 200 is sent at once and does not count.
func (w *stdWriter) WriteHeader(status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.setStatus(status)
}

func (w *stdWriter) setStatus(status int) {
	if status < 100 || status > 999 {
		panic("server: invalid status " + strconv.Itoa(status))
	}
	if w.x == nil || w.status != 0 {
		return
	}
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.status = status
		n, err := strconv.ParseInt(w.header.Get("Content-Length"), 10, 64)
		w.room, w.declared = n, err == nil && n >= 0
		return
	}
	w.x.inform(status, w.header)
	// If that fails the connection is broken, and what follows fails too.
	_ = w.flush()
}

// Write writes a part of the body.
func (w *stdWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.x == nil && w.header == nil:
		return 0, http.ErrHijacked
	case w.x == nil:
		return 0, errReturned
	}
	if w.status == 0 {
		w.setStatus(200)
	}
	if !http1.HasBody(w.status) {
		return 0, http.ErrBodyNotAllowed
	}
	if w.declared {
		if int64(len(p)) > w.room {
			return 0, http.ErrContentLength
		}
		w.room -= int64(len(p))
	}
	if !w.begun && len(w.held)+len(p) <= maxHeld {
		w.held = append(w.held, p...)
		return len(p), nil
	}
	if !w.begun && len(w.held) < 512 { // what a type is guessed by
		n := min(512-len(w.held), len(p))
		w.held = append(w.held, p[:n]...)
		n2, err := w.rest(p[n:])
		return n + n2, err
	}
	return w.rest(p)
}

// rest writes what is not held.
func (w *stdWriter) rest(p []byte) (int, error) {
	if err := w.begin(false); err != nil {
		return 0, err
	}
	return w.write(p)
}

// write hands a part of the body to the exchange.
func (w *stdWriter) write(p []byte) (int, error) {
	return rt.Run(w.x.c.server.runtime, aio.WriteAll(w.x, p))
}

// begin starts the response if it has not started, and writes what is held. If final, that is the
// whole body.
func (w *stdWriter) begin(final bool) error {
	if w.begun {
		return nil
	}
	w.begun = true
	x, h := w.x, w.header
	length := int64(chunked)
	if w.declared {
		length = w.room + int64(len(w.held))
	} else if final && len(h["Trailer"]) == 0 && (x.Request.Method != "HEAD" || len(w.held) > 0) {
		length = int64(len(w.held))
	}
	_, typed := h["Content-Type"]
	if !typed && h.Get("Content-Encoding") == "" && len(w.held) > 0 && http1.HasBody(w.status) {
		x.AddHeader("Content-Type", http.DetectContentType(w.held))
	}
	x.addAll(h, w.trailers())
	if strings.EqualFold(h.Get("Connection"), "close") {
		x.close = true
	}
	x.start(w.status, length)
	_, err := w.write(w.held)
	w.held = nil
	return err
}

// addAll adds the fields of a handler to the head, but for those that the server decides about and
// those that are for the end of the body.
func (x *Exchange) addAll(h http.Header, trailers []string) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		switch name {
		case "Content-Length", "Transfer-Encoding", "Connection", "Date":
			continue
		}
		if strings.HasPrefix(name, http.TrailerPrefix) || slices.Contains(trailers, name) {
			continue
		}
		for _, v := range h[name] {
			x.AddHeader(name, v)
		}
	}
}

// Flush sends what was written.
func (w *stdWriter) Flush() { w.FlushError() }

// FlushError is Flush for [http.ResponseController].
func (w *stdWriter) FlushError() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.x == nil {
		return errReturned
	}
	if w.status == 0 {
		w.setStatus(200)
	}
	if err := w.begin(false); err != nil {
		return err
	}
	return w.flush()
}

// flush sends what is in the exchange.
func (w *stdWriter) flush() error {
	_, err := rt.Run(w.x.c.server.runtime, w.x.Flush())
	return err
}

// Hijack hands the connection over to the handler. The task of the connection may be reading from
// it to learn that the client goes away, and has to stop that first.
func (w *stdWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.x == nil {
		return nil, nil, http.ErrHijacked
	}
	if err := w.flush(); err != nil {
		return nil, nil, err
	}
	w.granted = make(chan struct{})
	w.asked.NotifyOne()
	<-w.granted
	x := w.x
	w.x, w.header = nil, nil
	rest := append(bytes.Clone(x.in.Data()), w.early...)
	nc, err := x.c.tcp.Net()
	if err != nil {
		return nil, nil, err
	}
	nc.SetDeadline(time.Time{})
	in := bufio.NewReader(io.MultiReader(bytes.NewReader(rest), nc))
	return nc, bufio.NewReadWriter(in, bufio.NewWriter(nc)), nil
}

// SetReadDeadline is for [http.ResponseController]; it ends with the next read of the body, which sets
// its own.
func (w *stdWriter) SetReadDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.x == nil {
		return errReturned
	}
	return w.x.c.tcp.SetReadDeadline(t)
}

// SetWriteDeadline is for [http.ResponseController]. It cannot make the time longer that the server gives a
// client to take the next part.
func (w *stdWriter) SetWriteDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.x == nil {
		return errReturned
	}
	w.x.writeBy = t
	return nil
}

// EnableFullDuplex is for [http.ResponseController]: reading and writing never exclude each other.
func (w *stdWriter) EnableFullDuplex() error { return nil }
