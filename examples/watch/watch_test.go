package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// history is a source that changes at given times after its first reading.
type history struct {
	begun time.Time
	texts []string // texts[i] stands from the i-th second on; "" is a file that is not there
}

//async:func dyn
func (h *history) Read() ([]byte, error) {
	now := rt.Now()
	if h.begun.IsZero() {
		h.begun = now
	}
	text := h.texts[min(int(now.Sub(h.begun)/time.Second), len(h.texts)-1)]
	if text == "" {
		return nil, os.ErrNotExist
	}
	return []byte(text), nil
}

// observe serves for a while of virtual time and checks what was written.
//
//async:func
func observe(d time.Duration, h *history, greetings, logged string) error {
	var out, log bytes.Buffer
	_, err := rt.Timeout(d, ServeAsync(context.Background(), &out, &log, h, 500*time.Millisecond)).Await()
	if !errors.Is(err, rt.ErrTimeout) {
		return fmt.Errorf("it has ended: %w", err)
	}
	if out.String() != greetings {
		return fmt.Errorf("greetings: %q, want %q", out.String(), greetings)
	}
	if log.String() != logged {
		return fmt.Errorf("log: %q, want %q", log.String(), logged)
	}
	return nil
}

const (
	slow = `{"greeting": "hello", "every": "2s"}`
	fast = `{"greeting": "hi", "every": "400ms"}`
	bad  = `{"greeting": "hi", "every": "-1s"}`
)

// Hours pass in no time, and every order in which things can happen gives the same greetings.
func TestReload(t *testing.T) {
	const stays = "watch: the old configuration stays: the time -1s is not positive\n"
	for _, c := range []struct {
		what              string
		d                 time.Duration
		texts             []string
		greetings, logged string
	}{
		{"nothing changes", 2*time.Hour - time.Second, []string{slow}, strings.Repeat("hello\n", 3600), ""},
		{"at once, not at the next greeting", 4900 * time.Millisecond, []string{slow, slow, slow, fast}, "hello\nhello\nhi\nhi\nhi\nhi\nhi\n", ""},
		{"a bad version", 4900 * time.Millisecond, []string{slow, bad, bad, fast}, "hello\nhello\nhi\nhi\nhi\nhi\nhi\n", stays},
		{"no file for a while", 4900 * time.Millisecond, []string{slow, "", "", fast}, "hello\nhello\nhi\nhi\nhi\nhi\nhi\n", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			rttest.Seeds(t, 20, func() *observeFuture {
				return observeAsync(c.d, &history{texts: c.texts}, c.greetings, c.logged)
			})
		})
	}
}

func TestParse(t *testing.T) {
	for _, text := range []string{"", "{}", bad, `{"greeting": "x"}`, `{"greeting": "x", "every": "soon"}`} {
		if c, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: %+v", text, c)
		}
	}
}

// lines are what is written, one by one.
type lines chan string

func (l lines) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}

// The program follows a real file, and ends with the context.
func TestRun(t *testing.T) {
	name := filepath.Join(t.TempDir(), "config.json")
	write := func(greeting string) {
		text := fmt.Sprintf(`{"greeting": %q, "every": "1ms"}`, greeting)
		if err := os.WriteFile(name+".new", []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(name+".new", name); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := run(ctx, io.Discard, io.Discard, []string{"-config", name}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a file: %v", err)
	}
	write("hello")
	out, result := make(lines), make(chan error, 1)
	go func() { result <- run(ctx, out, io.Discard, []string{"-config", name, "-period", "1ms"}) }()
	if got := <-out; got != "hello\n" {
		t.Errorf("got %q", got)
	}
	write("hi")
	for <-out != "hi\n" {
	}
	cancel()
	for {
		select {
		case <-out:
		case err := <-result:
			if err != nil {
				t.Error(err)
			}
			return
		}
	}
}
