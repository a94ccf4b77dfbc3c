package afs

import (
	"bytes"
	"io/fs"
	"os"
)

// Open opens a file for reading.
func Open(name string) *Op[*File] { return OpenFile(name, os.O_RDONLY, 0) }

// Create opens a file for reading and writing, and makes it empty. One that is new has the mode
// 0666 before the umask. A canceled one may have made it, or made it empty.
func Create(name string) *Op[*File] { return OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666) }

// OpenFile opens a file as [os.OpenFile] does. If it is canceled the file is closed.
func OpenFile(name string, flag int, perm fs.FileMode) *Op[*File] {
	return opening(func() (*os.File, error) { return os.OpenFile(name, flag, perm) }, flag)
}

// CreateTemp opens a new file as [os.CreateTemp] does. A canceled one may leave it behind.
func CreateTemp(dir, pattern string) *Op[*File] {
	return opening(func() (*os.File, error) { return os.CreateTemp(dir, pattern) }, os.O_RDWR)
}

// opening is the future of a file that is opened. Nobody knows of it if that is canceled, so
// that nobody would close it.
func opening(open func() (*os.File, error), flag int) *Op[*File] {
	f := op(func() (*File, error) {
		file, err := open()
		if err != nil {
			return nil, err
		}
		return newFile(file, flag&os.O_APPEND != 0), nil
	})
	f.call.discard = func(f *File) { _ = f.file.Close() }
	return f
}

// ReadFile reads a whole file.
func ReadFile(name string) *Op[[]byte] {
	return op(func() ([]byte, error) { return os.ReadFile(name) })
}

// WriteFile writes a whole file, see [os.WriteFile], with a copy of the data. A canceled one may have
// written all or nothing, or be about to.
func WriteFile(name string, data []byte, perm fs.FileMode) *Op[struct{}] {
	data = bytes.Clone(data)
	return do(func() error { return os.WriteFile(name, data, perm) })
}

// Stat describes a file.
func Stat(name string) *Op[fs.FileInfo] {
	return op(func() (fs.FileInfo, error) { return os.Stat(name) })
}

// Lstat describes a file, or a symbolic link itself.
func Lstat(name string) *Op[fs.FileInfo] {
	return op(func() (fs.FileInfo, error) { return os.Lstat(name) })
}

// ReadDir lists a directory, sorted by name.
func ReadDir(name string) *Op[[]fs.DirEntry] {
	return op(func() ([]fs.DirEntry, error) { return os.ReadDir(name) })
}

// Readlink returns where a symbolic link leads.
func Readlink(name string) *Op[string] {
	return op(func() (string, error) { return os.Readlink(name) })
}

// MkdirTemp makes a new directory as [os.MkdirTemp] does. A canceled one may leave it behind.
func MkdirTemp(dir, pattern string) *Op[string] {
	return op(func() (string, error) { return os.MkdirTemp(dir, pattern) })
}

// Mkdir makes a directory.
func Mkdir(name string, perm fs.FileMode) *Op[struct{}] {
	return do(func() error { return os.Mkdir(name, perm) })
}

// MkdirAll makes a directory and those above it that are missing.
func MkdirAll(name string, perm fs.FileMode) *Op[struct{}] {
	return do(func() error { return os.MkdirAll(name, perm) })
}

// Remove removes a file or an empty directory.
func Remove(name string) *Op[struct{}] { return do(func() error { return os.Remove(name) }) }

// RemoveAll removes a file or a directory with all that is in it.
func RemoveAll(name string) *Op[struct{}] { return do(func() error { return os.RemoveAll(name) }) }

// Rename gives a file another name, which another file may have had.
func Rename(from, to string) *Op[struct{}] { return do(func() error { return os.Rename(from, to) }) }

// Link gives a file a further name.
func Link(from, to string) *Op[struct{}] { return do(func() error { return os.Link(from, to) }) }

// Symlink makes a symbolic link.
func Symlink(from, to string) *Op[struct{}] { return do(func() error { return os.Symlink(from, to) }) }

// Chmod changes the mode of a file.
func Chmod(name string, mode fs.FileMode) *Op[struct{}] {
	return do(func() error { return os.Chmod(name, mode) })
}

// Truncate changes the size of a file.
func Truncate(name string, size int64) *Op[struct{}] {
	return do(func() error { return os.Truncate(name, size) })
}
