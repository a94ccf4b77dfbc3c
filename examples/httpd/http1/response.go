package http1

// A Response is the head of a response. Its slices are those of a [Request].
type Response struct {
	Status    int
	Fields    Fields
	Minor     int
	KeepAlive bool // the connection can be used again
	// Length is that of the body; -1: it is chunked, -2: it ends with the connection.
	Length int64

	seen int
}

// Read takes the head of a response to a request with that method out of the buffer, or returns
// [ErrMore] or an [*Error].
func (r *Response) Read(in *Buffer, method string, limits Limits) error {
	data := in.Data()
	end, seen, err := headEnd(data, r.seen)
	switch {
	case err != nil:
		return err
	case end < 0 && len(data) > limits.Head || end > limits.Head:
		return errHeadTooLarge
	case end < 0:
		r.seen = seen
		return ErrMore
	}
	if err := r.parse(data[:end], method); err != nil {
		return err
	}
	in.Take(end)
	in.Keep()
	return nil
}

// Body returns the body, which follows in the same buffer.
func (r *Response) Body(limits Limits) Body {
	if r.Length == -2 {
		return Body{state: bodyToEnd}
	}
	return newBody(r.Length, limits)
}

// parse parses a whole head.
func (r *Response) parse(head []byte, method string) error {
	*r = Response{Fields: r.Fields[:0]}
	line, rest := cutLine(head)
	// HTTP/1.1 200 OK, where the phrase, and the space before it, may be missing.
	if len(line) < 12 || string(line[:7]) != "HTTP/1." || !isDigit(line[7]) || line[8] != ' ' ||
		len(line) > 12 && line[12] != ' ' || !all(line, inValue) {
		return errStatusLine
	}
	status, ok := parseLength(line[9:12])
	if !ok || status < 100 {
		return errStatusLine
	}
	r.Status, r.Minor = int(status), min(int(line[7]-'0'), 1)
	fr := framing{length: -1}
	for {
		line, rest = cutLine(rest)
		if len(line) == 0 {
			break
		}
		f, err := parseField(line)
		if err == nil {
			err = fr.note(f)
		}
		if err != nil || len(r.Fields) == maxFields {
			return errResponseFields
		}
		r.Fields = append(r.Fields, f)
	}
	switch {
	case fr.coded && (fr.length >= 0 || r.Minor == 0):
		return errResponseFields
	case !HasBody(r.Status) || method == "HEAD" || method == "CONNECT" && r.Status/100 == 2:
		r.Length = 0
	case fr.coded:
		r.Length = -1
	case fr.length >= 0:
		r.Length = fr.length
	default:
		r.Length = -2
	}
	r.KeepAlive = !fr.close && (r.Minor > 0 || fr.keepAlive) && r.Length != -2
	return nil
}

// HasBody reports whether responses with that status have a body.
func HasBody(status int) bool { return status >= 200 && status != 204 && status != 304 }
