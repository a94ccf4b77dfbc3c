package server

import (
	"net/url"
	"strings"

	"github.com/asyncgen/asyncgen/rt"
)

// A Mux is a Handler that hands requests on to others by their path.
type Mux struct {
	exact    map[string]Handler
	prefixes []prefix // the longest first
}

type prefix struct {
	path    string
	handler Handler
}

// Handle has h answer requests for a path; for all paths below it too, if it ends with a slash. Of
// several that match the longest one counts. All must be there before the server starts.
func (m *Mux) Handle(path string, h Handler) {
	if !strings.HasSuffix(path, "/") {
		if m.exact == nil {
			m.exact = make(map[string]Handler)
		}
		m.exact[path] = h
		return
	}
	at := 0
	for at < len(m.prefixes) && len(m.prefixes[at].path) >= len(path) {
		at++
	}
	m.prefixes = append(m.prefixes, prefix{})
	copy(m.prefixes[at+1:], m.prefixes[at:])
	m.prefixes[at] = prefix{path, h}
}

// Serve calls the handler that was registered for the path.
func (m *Mux) Serve(x *Exchange) rt.Future[struct{}] {
	path := x.Request.Path
	if string(path) == "*" { // OPTIONS *, a question about the server as a whole
		x.Respond(200, "", nil)
		return nil
	}
	if h := m.exact[string(path)]; h != nil {
		return h.Serve(x)
	}
	decoded, err := url.PathUnescape(string(path))
	if err != nil {
		x.Error(400, "invalid path")
		return nil
	}
	if h := m.exact[decoded]; h != nil {
		return h.Serve(x)
	}
	for _, p := range m.prefixes {
		if strings.HasPrefix(decoded, p.path) {
			return p.handler.Serve(x)
		}
	}
	x.Error(404, "not found")
	return nil
}
