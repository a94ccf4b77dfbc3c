package main

import (
	"bytes"
	"fmt"
	"io"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// shout answers one client: what it sends comes back in capitals.
//
//async:func
func shout(l *anet.Listener) error {
	conn, err := l.Accept().Await()
	if err != nil {
		return err
	}
	defer conn.Close()
	buf := make([]byte, 64)
	for {
		n, err := conn.Read(buf).Await()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := conn.Write(bytes.ToUpper(buf[:n])).Await(); err != nil {
			return err
		}
	}
}

// ask sends words to the server at addr, one after the other, and returns the answers.
//
//async:func
func ask(addr string, words ...string) (answers []string, err error) {
	conn, err := anet.Dial("tcp", addr).Await()
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	for _, word := range words {
		if _, err := conn.Write([]byte(word)).Await(); err != nil {
			return answers, err
		}
		buf := make([]byte, len(word))
		for n := 0; n < len(buf); {
			m, err := conn.Read(buf[n:]).Await()
			if err != nil {
				return answers, err
			}
			n += m
		}
		answers = append(answers, string(buf))
	}
	return answers, nil
}

// talkOverTCP runs both as tasks.
func talkOverTCP(out io.Writer) error {
	l, err := anet.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	server := rt.Spawn(shoutAsync(l))
	defer server.Cancel() // which does nothing to a task that has ended
	client := rt.Spawn(askAsync(l.Addr().String(), "hello", "state", "machine"))
	answers, err := client.Await()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "   the client got %q\n", answers)
	_, err = server.Await()
	fmt.Fprintf(out, "   the server ended with %v\n", err)
	return err
}
