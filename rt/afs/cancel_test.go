package afs_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/afs"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

// oneAtATime makes the default runtime of this test one that makes a single call at a time, so that
// when one is over all that came before are.
func oneAtATime(t *testing.T) {
	old := rt.Default()
	r := rt.New(rt.Options{Name: t.Name(), BlockingLimit: 1, Workers: 1})
	rt.SetDefault(r)
	t.Cleanup(func() {
		rt.SetDefault(old)
		if err := r.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// settle waits until all calls are over.
func settle() { rt.Run(rt.Default(), rt.Blocking(func() (int, error) { return 0, nil })) }

// spoil writes to a buffer as its owner may after a cancel.
func spoil(b []byte) {
	for i := range b {
		b[i] = '!'
	}
}

// TestCancelBeforeCall cancels operations while the pool is full: none of their calls is made.
func TestCancelBeforeCall(t *testing.T) {
	oneAtATime(t)
	dir := t.TempDir()
	name := filepath.Join(dir, "f")
	os.WriteFile(name, []byte("before"), 0o644)
	f := must(afs.OpenFile(name, os.O_RDWR, 0).Await())(t)
	release := make(chan struct{})
	busy := rt.Spawn(rt.Blocking(func() (int, error) { <-release; return 0, nil }))
	rt.Run(rt.Default(), rt.Spawn(rt.Yield())) // the one worker has polled it before
	h := leaf.NewHand()
	for _, op := range []rt.Future[struct{}]{
		afs.Remove(name), afs.RemoveAll(dir), afs.Truncate(name, 0), afs.WriteFile(name, nil, 0o644),
		afs.Rename(name, name+"2"), afs.Chmod(name, 0), afs.Mkdir(name+"d", 0o755), afs.MkdirAll(name+"d", 0o755),
		afs.Link(name, name+"l"), afs.Symlink(name, name+"s"), f.Truncate(1), f.Sync(), f.Close(),
	} {
		leaf.Pending(t, h, op)
		op.Cancel()
		op.Cancel()
	}
	// A Write at the position is not among them: who writes next waits for it.
	for _, op := range []rt.Future[int]{f.WriteAt([]byte("x"), 0), f.ReadAt(make([]byte, 1), 0)} {
		leaf.Pending(t, h, op)
		op.Cancel()
	}
	created := afs.Create(name)
	leaf.Pending(t, h, rt.Future[*afs.File](created))
	created.Cancel()
	close(release)
	busy.Await()
	settle()
	content(t, name, "before")
	if list := must(os.ReadDir(dir))(t); len(list) != 1 {
		t.Errorf("there are %v", list)
	}
	must(f.Close().Await())(t)
}

// TestCancelBuffers cancels what reads into and writes from buffers, at once after it has begun, and
// then writes to the buffers. The race detector sees who else uses them.
func TestCancelBuffers(t *testing.T) {
	oneAtATime(t)
	name := filepath.Join(t.TempDir(), "f")
	const old = "0123456789"
	h := leaf.NewHand()
	for range 20 {
		os.WriteFile(name, []byte(old), 0o644)
		f := must(afs.OpenFile(name, os.O_RDWR, 0).Await())(t)
		buf := make([]byte, 4)
		for _, op := range []rt.Future[int]{f.Read(buf), f.ReadAt(buf, 2)} {
			if op.Poll(h.Context).Ready {
				continue
			}
			op.Cancel()
			spoil(buf)
			settle()
			if string(buf) != "!!!!" {
				t.Errorf("%q was written to the buffer of a canceled operation", buf)
			}
		}
		data := []byte("abc")
		for _, op := range []rt.Future[int]{f.WriteAt(data, 4), f.Write(data)} {
			if !op.Poll(h.Context).Ready {
				op.Cancel()
			}
			spoil(data)
			settle()
			copy(data, "abc")
		}
		// The position has not moved, unless one was ready at once.
		at := must(f.Seek(0, io.SeekCurrent))(t)
		if at != 0 && at != 3 && at != 4 && at != 7 {
			t.Errorf("the position is %d", at)
		}
		whole := must(afs.ReadFile(name).Await())(t)
		for i, c := range whole {
			if c != old[i] && c != "abc"[0] && c != "abc"[1] && c != "abc"[2] {
				t.Errorf("%q is in the file", whole)
				break
			}
		}
		must(f.Close().Await())(t)
	}
	before, after := bytes.Repeat([]byte("a"), 1<<16), bytes.Repeat([]byte("b"), 1<<16)
	for range 20 {
		os.WriteFile(name, before, 0o644)
		data := bytes.Clone(after)
		op := afs.WriteFile(name, data, 0o644)
		if !op.Poll(h.Context).Ready {
			op.Cancel()
		}
		spoil(data)
		settle()
		if got := must(os.ReadFile(name))(t); !bytes.Equal(got, before) && !bytes.Equal(got, after) {
			t.Errorf("a canceled WriteFile has written %q…", got[:min(len(got), 10)])
		}
	}
}

// TestCanceledWrite cancels a write and goes on with another at the same position, which waits for what
// the first has begun and takes its place.
func TestCanceledWrite(t *testing.T) {
	oneAtATime(t)
	name := filepath.Join(t.TempDir(), "f")
	h := leaf.NewHand()
	for range 20 {
		f := must(afs.Create(name).Await())(t)
		first := f.Write([]byte("first"))
		if !first.Poll(h.Context).Ready {
			first.Cancel()
			must(f.Write([]byte("FIRST")).Await())(t)
			must(f.Write([]byte(" second")).Await())(t)
			content(t, name, "FIRST second")
		}
		must(f.Close().Await())(t)
	}
}

// TestAfterClose uses a file that is closed, and closes it twice.
func TestAfterClose(t *testing.T) {
	f := must(afs.Create(filepath.Join(t.TempDir(), "f")).Await())(t)
	must(f.Close().Await())(t)
	_, read := f.Read(make([]byte, 1)).Await()
	_, write := f.Write([]byte("x")).Await()
	_, readAt := f.ReadAt(make([]byte, 1), 0).Await()
	_, writeAt := f.WriteAt([]byte("x"), 0).Await()
	_, stat := f.Stat().Await()
	_, closed := f.Close().Await()
	for what, err := range map[string]error{
		"Read": read, "Write": write, "ReadAt": readAt, "WriteAt": writeAt, "Stat": stat, "a second Close": closed,
	} {
		leaf.Want(t, what, err, what, fs.ErrClosed)
	}
}
