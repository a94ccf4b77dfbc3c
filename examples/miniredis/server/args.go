package server

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/examples/miniredis/store"
)

// Errors that many commands have.
const (
	syntaxError = "ERR syntax error"
	wrongType   = "WRONGTYPE Operation against a key holding the wrong kind of value"
	notInteger  = "ERR value is not an integer or out of range"
	notFloat    = "ERR value is not a valid float"
)

// ok answers OK.
func (x *call) ok() { x.out.Simple("OK") }

// entry returns the entry of a key, or nil.
func (x *call) entry(key []byte) *store.Entry { return x.db.Get(key, x.now) }

// value returns the entry of a key, nil if there is none, and its value. If that is of another
// type, it answers so, and ok is false.
func value[V store.Value](x *call, key []byte) (e *store.Entry, v V, ok bool) {
	if e = x.entry(key); e == nil {
		return nil, v, true
	}
	if v, ok = e.Value.(V); !ok {
		x.out.Error(wrongType)
	}
	return e, v, ok
}

// integer reads an argument that is a number, or answers that it is none.
func (x *call) integer(arg []byte) (n int64, ok bool) {
	if n, ok = frame.ParseInt(arg); !ok {
		x.out.Error(notInteger)
	}
	return n, ok
}

// is reports whether an argument is a word, in any case. The word is in lower case.
func is(arg []byte, word string) bool {
	return len(arg) == len(word) && bytes.EqualFold(arg, []byte(word))
}

// parseFloat reads a number as strtod does in C, with what it accepts and Go does not. An empty
// string is not a number, nor is one that does not fit.
func parseFloat(arg []byte) (f float64, ok bool) {
	if len(arg) == 0 || isSpace(arg[0]) {
		return 0, false
	}
	f, err := strtod(string(arg))
	return f, err == nil && !math.IsNaN(f)
}

// strtod is that of C, for a string that has to be a number as a whole.
func strtod(s string) (float64, error) {
	if strings.Contains(s, "_") {
		return 0, strconv.ErrSyntax
	}
	lower := strings.ToLower(s)
	if strings.Contains(lower, "0x") && !strings.Contains(lower, "p") {
		s += "p0"
	}
	f, err := strconv.ParseFloat(s, 64)
	if errors.Is(err, strconv.ErrRange) {
		return f, strconv.ErrRange
	}
	if err == nil && f == 0 && strings.ContainsAny(mantissa(lower), "123456789") {
		return 0, strconv.ErrRange // underflow
	}
	return f, err
}

// mantissa returns a number without its exponent.
func mantissa(s string) string {
	exponent := "e"
	if strings.Contains(s, "0x") {
		exponent = "p"
	}
	m, _, _ := strings.Cut(s, exponent)
	return m
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// clip turns the places of a range, which count from the end if they are negative, into those of
// the first element and behind the last one. The range is empty if from is not before to.
func clip(from, to int64, n int) (int, int) {
	size := int64(n)
	if from < 0 {
		from = max(from+size, 0)
	}
	if to < 0 {
		to += size
	}
	to = min(to, size-1)
	if from > to || from >= size {
		return 0, 0
	}
	return int(from), int(to) + 1
}
