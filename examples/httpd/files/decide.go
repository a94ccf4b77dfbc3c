package files

import (
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/examples/httpd/server"
)

// An answer is what a file server says: a status, and which part of the file follows.
type answer struct {
	status        int
	start, length int64
}

// decide looks at the conditions of a request in the order of RFC 9110, section 13.2.2, and adds
// the fields of the answer.
func decide(x *server.Exchange, info fs.FileInfo) answer {
	tag, modified := etag(info), seconds(info.ModTime())
	x.AddHeader("Etag", tag)
	x.AddHeader("Last-Modified", modified.Format(http.TimeFormat))
	field := func(name string) string { return string(x.Request.Fields.Get(name)) }
	date := func(name string) (unix int64, ok bool) {
		t, err := http.ParseTime(field(name))
		return t.Unix(), err == nil
	}

	if v := field("If-Match"); v != "" {
		if !matches(v, tag, true) {
			return answer{status: http.StatusPreconditionFailed}
		}
	} else if t, ok := date("If-Unmodified-Since"); ok && modified.Unix() > t {
		return answer{status: http.StatusPreconditionFailed}
	}
	if v := field("If-None-Match"); v != "" {
		if matches(v, tag, false) {
			return answer{status: http.StatusNotModified}
		}
	} else if t, ok := date("If-Modified-Since"); ok && modified.Unix() <= t {
		return answer{status: http.StatusNotModified}
	}

	x.AddHeader("Accept-Ranges", "bytes")
	whole := answer{http.StatusOK, 0, info.Size()}
	if v := field("If-Range"); v != "" {
		t, ok := date("If-Range")
		if v != tag && !(ok && t == modified.Unix()) {
			x.AddHeader("Content-Type", contentType(info.Name()))
			return whole // the client's part is of another version
		}
	}
	start, length, kind := parseRange(field("Range"), info.Size())
	switch kind {
	case unsatisfiable:
		x.AddHeader("Content-Range", fmt.Sprintf("bytes */%d", info.Size()))
		return answer{status: http.StatusRequestedRangeNotSatisfiable}
	case noRange:
		x.AddHeader("Content-Type", contentType(info.Name()))
		return whole
	}
	x.AddHeader("Content-Range", fmt.Sprintf("bytes %d-%d/%d", start, start+length-1, info.Size()))
	x.AddHeader("Content-Type", contentType(info.Name()))
	return answer{http.StatusPartialContent, start, length}
}

// matches reports whether a list of tags, or "*", has the tag. A weak one, W/"…", matches only if
// the comparison is not strong.
func matches(list, tag string, strong bool) bool {
	for v := range strings.SplitSeq(list, ",") {
		v = strings.TrimSpace(v)
		if !strong {
			v = strings.TrimPrefix(v, "W/")
		}
		if v == "*" || v == tag {
			return true
		}
	}
	return false
}

// Kinds of Range fields.
const (
	noRange       = iota // none, or one that is ignored: malformed, of another unit, several ranges
	oneRange             // a part of the file
	unsatisfiable        // behind the file's end
)

// parseRange returns the part of a file of that size that a Range field asks for. Of several parts
// the whole file is sent, as RFC 9110 allows.
func parseRange(v string, size int64) (start, length int64, kind int) {
	spec, ok := strings.CutPrefix(v, "bytes=")
	from, to, ranged := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok || !ranged || strings.Contains(spec, ",") {
		return 0, 0, noRange
	}
	if from == "" { // the last bytes
		n, ok := digits(to)
		switch {
		case !ok:
			return 0, 0, noRange
		case n == 0 || size == 0:
			return 0, 0, unsatisfiable
		}
		n = min(n, size)
		return size - n, n, oneRange
	}
	start, ok = digits(from)
	end := size - 1
	if to != "" {
		last, okLast := digits(to)
		if ok = ok && okLast && last >= start; ok {
			end = min(end, last)
		}
	}
	switch {
	case !ok:
		return 0, 0, noRange
	case start >= size:
		return 0, 0, unsatisfiable
	}
	return start, end - start + 1, oneRange
}

// digits parses a number without a sign.
func digits(s string) (int64, bool) {
	n, err := strconv.ParseUint(s, 10, 62)
	return int64(n), err == nil && s[0] != '+'
}
