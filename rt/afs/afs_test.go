package afs_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/afs"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
	"github.com/asyncgen/asyncgen/rt/internal/leak"
)

func TestMain(m *testing.M) { leaf.Main(m) }

// must returns v unless there is an error.
func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// content checks what is in a file.
func content(t testing.TB, name, want string) {
	t.Helper()
	if got := must(os.ReadFile(name))(t); string(got) != want {
		t.Errorf("%s holds %q, want %q", filepath.Base(name), got, want)
	}
}

func TestFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	f := must(afs.Create(name).Await())(t)
	if f.Name() != name {
		t.Errorf("Name = %s", f.Name())
	}
	if n, err := f.Write([]byte("hello world")).Await(); n != 11 || err != nil {
		t.Fatalf("Write = %d, %v", n, err)
	}
	buf := make([]byte, 5)
	if _, err := f.Read(buf).Await(); err != io.EOF {
		t.Errorf("Read at the end: %v", err)
	}
	if pos, err := f.Seek(-5, io.SeekEnd); pos != 6 || err != nil {
		t.Errorf("Seek = %d, %v", pos, err)
	}
	if n, err := f.Read(buf).Await(); string(buf[:n]) != "world" || err != nil {
		t.Errorf("Read = %q, %v", buf[:n], err)
	}
	must(f.Seek(-5, io.SeekCurrent))(t)
	must(f.Write([]byte("W")).Await())(t)
	if n, err := f.ReadAt(make([]byte, 20), 6).Await(); n != 5 || err != io.EOF {
		t.Errorf("ReadAt = %d, %v", n, err)
	}
	if n, err := f.ReadAt(buf, 6).Await(); string(buf[:n]) != "World" || err != nil {
		t.Errorf("ReadAt = %q, %v", buf[:n], err)
	}
	must(f.WriteAt([]byte("H"), 0).Await())(t)
	must(f.Truncate(8).Await())(t)
	must(f.Sync().Await())(t)
	if info := must(f.Stat().Await())(t); info.Size() != 8 {
		t.Errorf("%d bytes", info.Size())
	}
	if pos, err := f.Seek(-1, io.SeekStart); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("Seek = %d, %v", pos, err)
	}
	must(f.Close().Await())(t)
	content(t, name, "Hello Wo")
	if _, err := f.Read(buf).Await(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Read after Close: %v", err)
	}
	if _, err := f.Close().Await(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("second Close: %v", err)
	}
	a := must(afs.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0).Await())(t)
	must(a.Write([]byte("rld")).Await())(t)
	must(a.Close().Await())(t)
	content(t, name, "Hello World")
}

func TestNames(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	must(afs.MkdirAll(at("a/b"), 0o777).Await())(t)
	must(afs.WriteFile(at("a/f"), []byte("x"), 0o644).Await())(t)
	must(afs.Rename(at("a/f"), at("a/g")).Await())(t)
	must(afs.Symlink("g", at("a/l")).Await())(t)
	must(afs.Link(at("a/g"), at("a/h")).Await())(t)
	must(afs.Truncate(at("a/h"), 0).Await())(t)
	must(afs.Chmod(at("a/g"), 0o600).Await())(t)
	if target := must(afs.Readlink(at("a/l")).Await())(t); target != "g" {
		t.Errorf("the link leads to %s", target)
	}
	if info := must(afs.Stat(at("a/l")).Await())(t); info.Size() != 0 || info.Mode() != 0o600 {
		t.Errorf("Stat: %d bytes, %v", info.Size(), info.Mode())
	}
	if info := must(afs.Lstat(at("a/l")).Await())(t); info.Mode().Type() != fs.ModeSymlink {
		t.Errorf("Lstat: %v", info.Mode())
	}
	var names []string
	for _, e := range must(afs.ReadDir(at("a")).Await())(t) {
		names = append(names, e.Name())
	}
	if len(names) != 4 || names[0] != "b" || names[3] != "l" {
		t.Errorf("ReadDir = %v", names)
	}
	d := must(afs.Open(at("a")).Await())(t)
	if entries := must(d.ReadDir(-1).Await())(t); len(entries) != 4 {
		t.Errorf("%d entries", len(entries))
	}
	must(d.Close().Await())(t)
	must(afs.Remove(at("a/h")).Await())(t)
	must(afs.Mkdir(at("c"), 0o777).Await())(t)
	temp := must(afs.MkdirTemp(dir, "t").Await())(t)
	f := must(afs.CreateTemp(temp, "f").Await())(t)
	must(f.Close().Await())(t)
	must(afs.RemoveAll(at("a")).Await())(t)
	if _, err := afs.Open(at("a")).Await(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open of nothing: %v", err)
	}
	if data, err := afs.ReadFile(at("a")).Await(); data != nil || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadFile of nothing: %v", err)
	}
}

// poller polls futures by hand.
func poller() (cx *rt.Context, woken chan struct{}) {
	woken = make(chan struct{}, 100)
	return rt.NewContext(rt.NewWaker(func() { woken <- struct{}{} })), woken
}

// A canceled Read has not moved the position, whatever of it was done.
func TestCancelRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	os.WriteFile(name, []byte("0123456789"), 0o644)
	f := must(afs.Open(name).Await())(t)
	defer func() { f.Close().Await() }()
	cx, woken := poller()
	first := f.Read(make([]byte, 4))
	if p := first.Poll(cx); !p.Ready {
		first.Cancel()
		select { // also when the call has ended before
		case <-woken:
		default:
		}
	}
	buf := make([]byte, 10)
	if n, err := f.Read(buf).Await(); n == 0 || buf[0] != '0' && buf[0] != '4' || err != nil {
		t.Errorf("Read = %q, %v", buf[:n], err)
	}
	a, b := f.Read(buf), f.Read(buf)
	if p := a.Poll(cx); !p.Ready {
		if p := b.Poll(cx); !errors.Is(p.Err, rt.ErrBusy) {
			t.Errorf("two Reads at once: %+v", p)
		}
		if _, err := f.Seek(0, io.SeekStart); !errors.Is(err, rt.ErrBusy) {
			t.Errorf("Seek under a Read: %v", err)
		}
		a.Cancel()
	}
}

// What a pipe brings for a Read that was canceled is for the next one.
func TestCancelReadOfPipe(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	mkfifo(t, name)
	f := must(afs.OpenFile(name, os.O_RDWR, 0).Await())(t)
	defer func() { f.Close().Await() }()
	cx, _ := poller()
	first := f.Read(make([]byte, 8))
	if p := first.Poll(cx); p.Ready {
		t.Fatalf("Read of an empty pipe = %+v", p)
	}
	first.Cancel()
	must(f.Write([]byte("kept")).Await())(t)
	buf := make([]byte, 8)
	for _, want := range []string{"ke", "pt"} {
		if n, err := f.Read(buf[:2]).Await(); string(buf[:n]) != want || err != nil {
			t.Errorf("Read = %q, %v, want %q", buf[:n], err, want)
		}
	}
	if _, err := f.Seek(0, io.SeekStart); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Seek in a pipe: %v", err)
	}
	task := rt.Spawn(rt.Future[int](f.Read(buf)))
	task.Stop()
	if _, err := task.Await(); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped Read: %v", err)
	}
	must(f.Write([]byte("late")).Await())(t)
	if n, err := f.Read(buf).Await(); string(buf[:n]) != "late" || err != nil {
		t.Errorf("Read = %q, %v", buf[:n], err)
	}
}

// A file that nobody gets is closed: TestMain looks for descriptors that are left.
func TestCancelOpen(t *testing.T) {
	oneAtATime(t)
	leak.Check(t)
	name := filepath.Join(t.TempDir(), "f")
	cx, _ := poller()
	for range 20 {
		f := afs.Create(name)
		if p := f.Poll(cx); p.Ready {
			p.Value.Close().Await()
		}
		f.Cancel()
		f.Cancel()
	}
	afs.Create(name).Cancel()
	settle() // what was canceled is over, and makes no file when the directory is being removed
}

// Files are streams for package aio.
func TestCopy(t *testing.T) {
	dir := t.TempDir()
	data := bytes.Repeat([]byte("0123456789"), 100_000)
	os.WriteFile(filepath.Join(dir, "a"), data, 0o644)
	from := must(afs.Open(filepath.Join(dir, "a")).Await())(t)
	to := must(afs.Create(filepath.Join(dir, "b")).Await())(t)
	if n, err := aio.Copy(to, from).Await(); n != int64(len(data)) || err != nil {
		t.Errorf("Copy = %d, %v", n, err)
	}
	must(from.Close().Await())(t)
	must(to.Close().Await())(t)
	content(t, filepath.Join(dir, "b"), string(data))
}
