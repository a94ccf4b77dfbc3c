package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// TestTour compares what the tour prints with testdata/out.txt, except for the time that it
// measures.
func TestTour(t *testing.T) {
	var got strings.Builder
	if err := tour(&got); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/out.txt")
	if err != nil {
		t.Fatal(err)
	}
	measured := regexp.MustCompile(`over after \S+`)
	if text := measured.ReplaceAllString(got.String(), "over after TIME"); text != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", text, want)
	}
}

// A letter that nobody wants any more stays in its box.
func TestCancelLetter(t *testing.T) {
	var box letterbox
	cx := rt.NewContext(rt.NewWaker(func() { t.Error("woken after Cancel") }))
	f := box.Letter()
	if f.Poll(cx).Ready {
		t.Fatal("a letter came out of an empty box")
	}
	f.Cancel()
	box.deliver(7)
	if n := box.Letter().Await(); n != 7 {
		t.Errorf("got %d", n)
	}
}

// A machine may be polled too often, but not after its end.
func TestPolledAfterCompletion(t *testing.T) {
	var a, b letterbox
	a.deliver(1)
	b.deliver(2)
	f := addAsync(&a, &b)
	cx := rt.NewContext(rt.Waker{})
	if p := f.Poll(cx); !p.Ready || p.Value != 3 {
		t.Fatalf("poll = %+v", p)
	}
	defer func() {
		if v := fmt.Sprint(recover()); !strings.Contains(v, "polled after completion") {
			t.Errorf("panicked with %s", v)
		}
	}()
	f.Poll(cx)
}
