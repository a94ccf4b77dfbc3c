package http1

// A framing is what the fields of a head say about the message around them.
type framing struct {
	length           int64 // of the body by Content-Length; -1: there is none
	coded            bool  // there is a Transfer-Encoding
	close, keepAlive bool  // members of Connection
}

// note looks at a field that may concern the framing. The switch on the length of the name, which
// few of the others share, keeps those from being compared.
func (fr *framing) note(f Field) error {
	switch len(f.Name) {
	case len("Connection"):
		if equalFold(f.Name, "Connection") {
			fr.close = fr.close || listHas(f.Value, "close")
			fr.keepAlive = fr.keepAlive || listHas(f.Value, "keep-alive")
		}
	case len("Content-Length"):
		if !equalFold(f.Name, "Content-Length") {
			return nil
		}
		if fr.length >= 0 {
			return errTwoLengths
		}
		n, ok := parseLength(f.Value)
		if !ok {
			return errLength
		}
		fr.length = n
	case len("Transfer-Encoding"):
		if !equalFold(f.Name, "Transfer-Encoding") {
			return nil
		}
		if fr.coded {
			return errTwoLengths
		}
		if !equalFold(f.Value, "chunked") {
			return errCoding
		}
		fr.coded = true
	}
	return nil
}

// parseLength parses digits and nothing else.
func parseLength(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}
