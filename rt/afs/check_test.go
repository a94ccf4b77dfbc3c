package afs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/afs"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// TestContract checks the futures of this package, each of which is ready by itself.
func TestContract(t *testing.T) {
	rt.Default()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte("hello"), 0o666); err != nil {
		t.Fatal(err)
	}
	// onFile makes subjects of an operation on the open file.
	onFile := func(op func(f *afs.File) rt.Future[int]) func() rttest.Subject[int] {
		return func() rttest.Subject[int] {
			f, err := afs.OpenFile(name, os.O_RDWR, 0).Await()
			if err != nil {
				t.Fatal(err)
			}
			return rttest.Subject[int]{Future: op(f), Close: func() { f.Close().Await() }}
		}
	}
	t.Run("ReadFile", func(t *testing.T) {
		rttest.Check[rt.Future[[]byte]](t, func() rt.Future[[]byte] { return afs.ReadFile(name) })
	})
	t.Run("Stat", func(t *testing.T) {
		rttest.Check[rt.Future[fs.FileInfo]](t, func() rt.Future[fs.FileInfo] { return afs.Stat(name) })
	})
	t.Run("fails", func(t *testing.T) {
		rttest.Check[rt.Future[struct{}]](t, func() rt.Future[struct{}] { return afs.Remove(name + " that is not there") })
	})
	t.Run("ReadAt", func(t *testing.T) {
		rttest.CheckSubject(t, onFile(func(f *afs.File) rt.Future[int] { return f.ReadAt(make([]byte, 3), 1) }))
	})
	t.Run("WriteAt", func(t *testing.T) {
		rttest.CheckSubject(t, onFile(func(f *afs.File) rt.Future[int] { return f.WriteAt([]byte("ell"), 1) }))
	})
	t.Run("Read", func(t *testing.T) {
		rttest.CheckSubject(t, onFile(func(f *afs.File) rt.Future[int] { return f.Read(make([]byte, 3)) }))
	})
	t.Run("Write", func(t *testing.T) {
		rttest.CheckSubject(t, onFile(func(f *afs.File) rt.Future[int] { return f.Write([]byte("hel")) }))
	})
}
