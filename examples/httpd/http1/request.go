package http1

import "bytes"

// A Request is the head of a request. Its slices are parts of the [Buffer] that it was read from,
// and end with the request.
type Request struct {
	Method string
	Target []byte // as it came
	// Path is the part of the target up to a '?', not decoded, "*" for the server as a whole, and for
	// CONNECT the host and port; Query is the part behind the '?'.
	Path, Query []byte
	Host        []byte // of the target if that is absolute, otherwise the field
	Minor       int    // of the version: HTTP/1.0 or HTTP/1.1
	Fields      Fields
	Length      int64 // of the body; -1: it is chunked
	KeepAlive   bool  // the client would use the connection again
	Continue    bool  // the client waits for "100 Continue" before it sends the body

	seen  int // how much of a head was searched for its end
	blank int // how many empty lines came before it
}

// maxBlank is how many empty lines before a request are skipped.
const maxBlank = 4

// Limits bound what is accepted of a message.
type Limits struct {
	Head int   // bytes of a head, or of a trailer
	Body int64 // bytes of a body; -1: any number
}

// Read takes the head of a request out of the buffer, or returns [ErrMore] if it has not come as a
// whole, or an [*Error]. Empty lines before it are skipped, as RFC 9112 asks for.
func (r *Request) Read(in *Buffer, limits Limits) error {
	for r.seen == 0 && bytes.HasPrefix(in.Data(), crlf) {
		if r.blank++; r.blank > maxBlank {
			return errRequestLine
		}
		in.Take(2)
	}
	data := in.Data()
	end, seen, err := headEnd(data, r.seen)
	switch {
	case err != nil:
		return err
	case end < 0 && len(data) > limits.Head || end > limits.Head:
		if end < 0 && seen == 0 {
			return errTargetTooLong
		}
		return errHeadTooLarge
	case end < 0:
		r.seen = seen
		return ErrMore
	}
	if err := r.parse(data[:end]); err != nil {
		return err
	}
	if limits.Body >= 0 && r.Length > limits.Body {
		return errBodyTooLarge
	}
	in.Take(end)
	in.Keep()
	return nil
}

// Begun reports whether a part of a request was seen that Read has asked for more of.
func (r *Request) Begun() bool { return r.seen > 0 || r.blank > 0 }

// Body returns the body, which follows in the same buffer.
func (r *Request) Body(limits Limits) Body {
	return newBody(r.Length, limits)
}

// parse parses a whole head.
func (r *Request) parse(head []byte) error {
	*r = Request{Fields: r.Fields[:0]}
	line, rest := cutLine(head)
	if err := r.parseLine(line); err != nil {
		return err
	}
	fr, hosts, expects := framing{length: -1}, 0, false
	for {
		line, rest = cutLine(rest)
		if len(line) == 0 {
			break
		}
		f, err := parseField(line)
		if err != nil {
			return err
		}
		if len(r.Fields) == maxFields {
			return errTooManyFields
		}
		r.Fields = append(r.Fields, f)
		switch len(f.Name) {
		case len("Host"):
			if equalFold(f.Name, "Host") {
				if hosts++; !validHost(f.Value) {
					return errHost
				}
				if r.Host == nil { // an absolute target comes first
					r.Host = f.Value
				}
			}
		case len("Expect"):
			if equalFold(f.Name, "Expect") {
				if !equalFold(f.Value, "100-continue") {
					return errExpectation
				}
				expects = true
			}
		default:
			if err := fr.note(f); err != nil {
				return err
			}
		}
	}
	if hosts > 1 || hosts == 0 && r.Minor > 0 {
		return errHost
	}
	return r.apply(fr, expects)
}

// apply draws the conclusions of all fields together.
func (r *Request) apply(fr framing, expects bool) error {
	switch {
	case fr.coded && fr.length >= 0:
		return errTwoLengths
	case fr.coded && r.Minor == 0:
		return errCodingIn10
	case fr.coded:
		r.Length = -1
	default:
		r.Length = max(fr.length, 0)
	}
	r.KeepAlive = !fr.close && (r.Minor > 0 || fr.keepAlive)
	// HTTP/1.0 knows no expectations, and without a body there is nothing to wait for.
	r.Continue = expects && r.Minor > 0 && r.Length != 0
	return nil
}

// parseLine parses the request line: method, target and version, each separated by one space.
func (r *Request) parseLine(line []byte) error {
	if !all(line, inValue) {
		return errControl
	}
	n := bytes.IndexByte(line, ' ')
	if n <= 0 {
		return errRequestLine
	}
	if !all(line[:n], inToken) {
		return errMethod
	}
	r.Method = methodName(line[:n])
	rest := line[n+1:]
	if n = bytes.IndexByte(rest, ' '); n <= 0 {
		return errRequestLine
	}
	version := rest[n+1:]
	if len(version) != len("HTTP/1.1") || string(version[:5]) != "HTTP/" || version[6] != '.' ||
		!isDigit(version[5]) || !isDigit(version[7]) {
		return errRequestLine
	}
	if version[5] != '1' {
		return errVersion
	}
	r.Minor = min(int(version[7]-'0'), 1) // a later minor version is read as the latest known
	return r.parseTarget(rest[:n])
}

// parseTarget takes the target apart, which has one of four forms: a path, "*", a whole URI, and a
// host with a port, the last for CONNECT only.
func (r *Request) parseTarget(target []byte) error {
	r.Target = target
	if !all(target, inTarget) || !escapesValid(target) {
		return errTarget
	}
	switch {
	case r.Method == "CONNECT":
		r.Host, r.Path = target, target
		if !validHost(target) || target[0] == ':' || !isDigit(target[len(target)-1]) ||
			bytes.LastIndexByte(target, ':') < bytes.LastIndexByte(target, ']')+1 {
			return errTarget // there is no port
		}
		return nil
	case target[0] == '/':
	case len(target) == 1 && target[0] == '*' && r.Method == "OPTIONS":
	default:
		var ok bool
		if target, ok = r.cutAuthority(target); !ok {
			return errTarget
		}
	}
	r.Path = target
	if n := bytes.IndexByte(target, '?'); n >= 0 {
		r.Path, r.Query = target[:n], target[n+1:]
	}
	return nil
}

// cutAuthority takes scheme and host off an absolute target. What is left begins with a slash, or
// is "/" as a whole.
func (r *Request) cutAuthority(target []byte) (path []byte, ok bool) {
	rest := target
	switch {
	case len(rest) > 7 && equalFold(rest[:7], "http://"):
		rest = rest[7:]
	case len(rest) > 8 && equalFold(rest[:8], "https://"):
		rest = rest[8:]
	default:
		return nil, false
	}
	n := bytes.IndexAny(rest, "/?")
	if n < 0 {
		n = len(rest)
	}
	// Names of users ("user@host") are for others to see, and not accepted.
	if r.Host = rest[:n]; n == 0 || !validHost(r.Host) {
		return nil, false
	}
	switch path = rest[n:]; {
	case len(path) == 0:
		return slash, true
	case path[0] == '?':
		return append([]byte("/"), path...), true
	}
	return path, true
}

// validHost reports whether b is a name or an address, or nothing, and perhaps a port.
func validHost(b []byte) bool {
	port := bytes.LastIndexByte(b, ':')
	if len(b) > 0 && b[0] == '[' {
		n := bytes.IndexByte(b, ']')
		if n < 0 || !all(b[1:n], inAddress) || n+1 < len(b) && port != n+1 {
			return false
		}
		b, port = b[n+1:], port-n-1
	} else if port >= 0 && !all(b[:port], inHost) || port < 0 && !all(b, inHost) {
		return false
	}
	for _, c := range b[max(port+1, 0):] {
		if port >= 0 && !isDigit(c) {
			return false
		}
	}
	return true
}

var (
	crlf  = []byte("\r\n")
	slash = []byte("/")
)

// escapesValid reports whether each '%' is followed by two hexadecimal digits.
func escapesValid(b []byte) bool {
	for {
		n := bytes.IndexByte(b, '%')
		if n < 0 {
			return true
		}
		if n+2 >= len(b) || hexDigit(b[n+1]) < 0 || hexDigit(b[n+2]) < 0 {
			return false
		}
		b = b[n+3:]
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// methodName returns the name of a method, without allocating if it is one of the usual.
func methodName(b []byte) string {
	for _, m := range [...]string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"} {
		if string(b) == m {
			return m
		}
	}
	return string(b)
}
