package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// tree makes a folder of n files and returns it, with what the program has to print.
func tree(t *testing.T, n int) (root, want string) {
	t.Helper()
	root = t.TempDir()
	for i := range n {
		name := filepath.Join(root, fmt.Sprintf("%03d", i))
		data := []byte(strings.Repeat(name, i*i%100))
		if err := os.WriteFile(name, data, 0o666); err != nil {
			t.Fatal(err)
		}
		want += fmt.Sprintf("%x  %s\n", sha256.Sum256(data), name)
	}
	return root, want
}

func TestSums(t *testing.T) {
	root, want := tree(t, 200)
	for _, flags := range []string{"-readers=1 -hashers=1 -ahead=0", "-readers=16 -hashers=3 -ahead=1", ""} {
		var out bytes.Buffer
		if err := run(t.Context(), &out, append(strings.Fields(flags), root)); err != nil {
			t.Fatal(err)
		}
		if out.String() != want {
			t.Errorf("%s: got\n%s", flags, out.String())
		}
	}
}

// A source that has ended, as by an interrupt: what was handed in before comes out.
func TestDrain(t *testing.T) {
	root, want := tree(t, 50)
	ctx, cancel := context.WithCancel(t.Context())
	var walked error
	n := 0
	names := func(yield func(string) bool) {
		for name := range files(ctx, root, &walked) {
			if n++; n == 20 {
				cancel()
			}
			if !yield(name) {
				return
			}
		}
	}
	var out bytes.Buffer
	if err := SumsAsync(&out, names, Limits{4, 2, 2}).Await(); err != nil || walked != nil {
		t.Fatal(err, walked)
	}
	if got := strings.Count(out.String(), "\n"); got != 20 || !strings.HasPrefix(want, out.String()) {
		t.Errorf("%d files came out:\n%s", got, out.String())
	}
}

// The source waits when the stages are full: here the printer does not go on.
func TestBackpressure(t *testing.T) {
	root, _ := tree(t, 100)
	var walked error
	handed := 0
	names := func(yield func(string) bool) {
		for name := range files(t.Context(), root, &walked) {
			handed++
			if !yield(name) {
				return
			}
		}
	}
	limits := Limits{Readers: 3, Hashers: 2, Ahead: 4}
	stuck := writer(func([]byte) error {
		// All that can be under way is: 3 channels of 4, 3 readers, 2 hashers, the one here, and the
		// one that the source wants to hand over.
		if most := 3*4 + 3 + 2 + 1 + 1; handed > most {
			return fmt.Errorf("%d files are under way, more than %d", handed, most)
		}
		return errDone
	})
	if err := SumsAsync(stuck, names, limits).Await(); err != errDone {
		t.Error(err)
	}
}

var errDone = errors.New("done")

type writer func([]byte) error

func (w writer) Write(b []byte) (int, error) { return len(b), w(b) }

// One file that is not there ends the pipeline, whose source is endless otherwise.
func TestFailure(t *testing.T) {
	root, _ := tree(t, 3)
	names := func(yield func(string) bool) {
		for i := 0; yield(filepath.Join(root, fmt.Sprintf("%03d", i%3))); i++ {
			if i == 10 && !yield(filepath.Join(root, "missing")) {
				return
			}
		}
	}
	if err := SumsAsync(&bytes.Buffer{}, names, Limits{2, 1, 1}).Await(); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// A pipeline that is canceled in the middle leaves its source.
func TestCancel(t *testing.T) {
	root, _ := tree(t, 3)
	left := make(chan bool, 1)
	begun := make(chan bool, 1)
	var names iter.Seq[string] = func(yield func(string) bool) {
		defer func() { left <- true }()
		for yield(filepath.Join(root, "000")) {
			select {
			case begun <- true:
			default:
			}
		}
	}
	task := rt.Spawn(SumsAsync(&bytes.Buffer{}, names, Limits{2, 1, 1}))
	<-begun
	task.Cancel()
	if _, err := task.Await(); !errors.Is(err, rt.ErrCanceled) {
		t.Error(err)
	}
	select {
	case <-left:
	case <-time.After(time.Minute):
		t.Error("the source is still there")
	}
}

// The names come in order whatever the stages do.
func TestOrder(t *testing.T) {
	root, _ := tree(t, 60)
	var out bytes.Buffer
	if err := run(t.Context(), &out, []string{"-readers=8", "-hashers=8", root}); err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(out.String()) {
		names = append(names, line[2*sha256.Size:])
	}
	if !slices.IsSorted(names) {
		t.Error(names)
	}
}
