package http1

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// AppendStatus appends a status line.
func AppendStatus(b []byte, status int) []byte {
	if status == 200 {
		return append(b, "HTTP/1.1 200 OK\r\n"...)
	}
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(status), 10)
	b = append(b, ' ')
	b = append(b, http.StatusText(status)...)
	return append(b, "\r\n"...)
}

// AppendField appends a line of a head. Bytes of the value that must not stand there, such as the
// end of a line, become spaces, so that nobody can add fields by way of a value. A name that is no
// token appends nothing.
func AppendField(b []byte, name, value string) []byte {
	if !ValidName(name) {
		return b
	}
	b = append(b, name...)
	b = append(b, ": "...)
	at := len(b)
	b = append(b, value...)
	for i, c := range b[at:] {
		if classes[c]&inValue == 0 {
			b[at+i] = ' '
		}
	}
	return append(b, "\r\n"...)
}

// ValidName reports whether a field may be called so.
func ValidName(name string) bool {
	for i := range len(name) {
		if classes[name[i]]&inToken == 0 {
			return false
		}
	}
	return name != ""
}

// AppendLength appends the field Content-Length.
func AppendLength(b []byte, length int64) []byte {
	b = append(b, "Content-Length: "...)
	b = strconv.AppendInt(b, length, 10)
	return append(b, "\r\n"...)
}

// AppendChunk appends a chunk. An empty one would be the end of the body, and appends nothing.
func AppendChunk(b, data []byte) []byte {
	if len(data) == 0 {
		return b
	}
	b = strconv.AppendInt(b, int64(len(data)), 16)
	b = append(b, "\r\n"...)
	b = append(b, data...)
	return append(b, "\r\n"...)
}

// A date is the field of one second.
type date struct {
	second int64
	line   []byte
}

// lastDate is the date that was asked for last. Formatting one costs more than all the rest of a
// small response, so it is done once a second.
var lastDate atomic.Pointer[date]

// AppendDate appends the field Date.
func AppendDate(b []byte, now time.Time) []byte {
	second := now.Unix()
	d := lastDate.Load()
	if d == nil || d.second != second {
		line := now.UTC().AppendFormat([]byte("Date: "), http.TimeFormat+"\r\n")
		d = &date{second, line}
		lastDate.Store(d)
	}
	return append(b, d.line...)
}
