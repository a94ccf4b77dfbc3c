package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/anet"
)

//go:generate go tool asyncgen

// Lines goes through the lines of a connection. Between two lines it awaits the next one: that is
// what makes it a stream. It closes the connection when it ends, which is also when whoever ranges
// over it leaves the loop. The last element has the error, unless that is the end of the
// connection.
//
//async:stream
func Lines(conn *anet.Conn) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		defer conn.Close()
		in := aio.NewBufReader(conn)
		for {
			line, err := in.ReadLine().Await()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield("", err)
				return
			}
			if !yield(string(line), nil) {
				return
			}
		}
	}
}

// Matching goes through the lines of a stream that contain a word. One stream that is made of
// another: neither runs ahead of who asks for the next line.
//
//async:stream
func Matching(conn *anet.Conn, word string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for line, err := range Lines(conn) {
			if err != nil || strings.Contains(line, word) {
				if !yield(line, err) {
					return
				}
			}
		}
	}
}

// Grep prints up to max lines that contain a word, and returns their number. No line may take longer
// than patience to come.
//
//async:func
func Grep(out io.Writer, addr, word string, max int, patience time.Duration) (n int, err error) {
	conn, err := rt.Timeout(patience, anet.Dial("tcp", addr)).Await()
	if err != nil {
		return 0, err
	}
	lines := MatchingStream(conn, word)
	defer lines.Stop().Await()
	for n < max {
		// The range statement would do without the timeout. The future of a Next can be waited
		// for like any other.
		line, err := rt.Timeout(patience, lines.Next()).Await()
		switch {
		case errors.Is(err, rt.ErrEnd):
			return n, nil
		case err != nil:
			return n, err
		case line.Value != nil:
			return n, line.Value
		}
		n++
		fmt.Fprintln(out, line.Key)
	}
	return n, nil
}

// Count returns how many lines come, and how long the longest is.
//
//async:func
func Count(conn *anet.Conn) (lines, longest int, err error) {
	for line, err := range Lines(conn) {
		if err != nil {
			return lines, longest, err
		}
		lines++
		longest = max(longest, len(line))
	}
	return lines, longest, nil
}
