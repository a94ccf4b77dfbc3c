package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

func TestRun(t *testing.T) {
	const want = `     8 the
     4 in
     3 plain
     2 a
     2 chuck
     2 does
`
	var got strings.Builder
	if err := run(&got, []string{"-n", "6", "testdata"}); err != nil || got.String() != want {
		t.Errorf("got %v and\n%swant\n%s", err, got.String(), want)
	}
	for _, args := range [][]string{{}, {"a", "b"}, {"-j", "0", "testdata"}, {"-no-such-flag"}} {
		if err := run(new(strings.Builder), args); err == nil {
			t.Errorf("no error for the arguments %q", args)
		}
	}
}

// manyFiles returns a folder with n files, of which the i-th has the word "all" and i times
// its own, and the counts of all of them.
func manyFiles(t *testing.T, n int) (dir string, want Freq) {
	t.Helper()
	dir, want = t.TempDir(), Freq{}
	for i := range n {
		word := strings.Repeat("x", i+1)
		text := "all" + strings.Repeat(" "+word, i)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.txt", i)), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		want.Add(Freq{"all": 1, word: i})
	}
	delete(want, "x") // the first file has it zero times
	return dir, want
}

// However many files are under way at a time, the pipeline and the plain function, which
// reads one after the other, give the same.
func TestLimits(t *testing.T) {
	dir, want := manyFiles(t, 100)
	for _, limit := range []int{1, 2, 7, 1000} {
		plain, err := Count(dir, ".txt", limit)
		if err != nil || !maps.Equal(plain, want) {
			t.Errorf("Count with limit %d = %v, %v", limit, plain, err)
		}
		twin, err := CountAsync(dir, ".txt", limit).Await()
		if err != nil || !maps.Equal(twin, want) {
			t.Errorf("CountAsync with limit %d = %v, %v", limit, twin, err)
		}
	}
}

// An error of any stage is that of the pipeline.
func TestErrors(t *testing.T) {
	dir, _ := manyFiles(t, 3)
	if _, err := CountAsync(filepath.Join(dir, "none"), ".txt", 2).Await(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	if _, err := countFileAsync(filepath.Join(dir, "none.txt")).Await(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// Pipelines that are canceled end, and do not disturb the others.
func TestCancel(t *testing.T) {
	dir, _ := manyFiles(t, 50)
	r := rt.New(rt.Options{Name: t.Name()})
	tasks := make([]*rt.Task[Freq], 20)
	for i := range tasks {
		tasks[i] = rt.SpawnOn(r, CountAsync(dir, ".txt", 4))
	}
	for i, task := range tasks {
		if i%2 == 0 {
			task.Cancel()
		}
	}
	for i, task := range tasks {
		_, err := task.Await()
		if err != nil && (i%2 == 1 || !errors.Is(err, context.Canceled)) {
			t.Errorf("task %d: %v", i, err)
		}
	}
	if err := r.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
}

// The future of a goroutine may be polled by one waker after another, and canceled while the
// goroutine is at work.
func TestOnGoroutine(t *testing.T) {
	release := make(chan struct{})
	woken := make(chan struct{})
	f := onGoroutine(func() (int, error) { <-release; return 7, fs.ErrExist })
	g := onGoroutine(func() (int, error) { <-release; return 8, nil })
	stale := rt.NewContext(rt.NewWaker(func() { t.Error("a waker was called that had been replaced") }))
	fresh := rt.NewContext(rt.NewWaker(func() { close(woken) }))
	if f.Poll(stale).Ready || f.Poll(fresh).Ready || g.Poll(rt.NewContext(rt.Waker{})).Ready {
		t.Fatal("ready while the goroutine waits")
	}
	g.Cancel()
	close(release)
	<-woken
	if p := f.Poll(fresh); !p.Ready || p.Value != 7 || p.Err != fs.ErrExist {
		t.Errorf("poll = %+v", p)
	}
}
