package driver

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// A change is one file that a run may write or remove.
type change struct {
	path   string
	text   []byte // what it should hold
	old    []byte // what it holds
	exists bool
	orphan bool // it should not exist
}

func (c *change) pending() bool {
	return c.orphan || !c.exists || !bytes.Equal(c.old, c.text)
}

func (c *change) verb() string {
	if c.orphan {
		return "removed"
	}
	return "wrote"
}

// A staged file has been written in full and waits for its rename.
type staged struct{ temp, path string }

// apply performs changes. Everything is written before the first file is replaced, so that
// a full disk or a read-only folder leaves all files as they were.
func apply(changes []change) (err error) {
	var files []staged
	defer func() {
		if err != nil {
			for _, s := range files {
				os.Remove(s.temp)
			}
		}
	}()
	for _, c := range changes {
		if c.orphan {
			continue
		}
		s, err := stage(c)
		if err != nil {
			return err
		}
		files = append(files, s)
	}
	for _, s := range files {
		if err := os.Rename(s.temp, s.path); err != nil {
			return err
		}
	}
	for _, c := range changes {
		if !c.orphan {
			continue
		}
		if err := os.Remove(c.path); err != nil {
			return err
		}
	}
	return nil
}

// stage writes a file beside its target, with the mode that the target has. The name
// starts with a dot, which the go command ignores.
func stage(c change) (s staged, err error) {
	s.path = c.path
	if real, err := filepath.EvalSymlinks(c.path); err == nil {
		s.path = real
	}
	dir, name := filepath.Split(s.path)
	s.temp = filepath.Join(dir, fmt.Sprintf(".%s.%08x", name, rand.Uint32()))
	f, err := os.OpenFile(s.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return s, err
	}
	defer func() {
		if err != nil {
			os.Remove(s.temp)
		}
	}()
	if _, err := f.Write(c.text); err != nil {
		f.Close()
		return s, err
	}
	if info, err := os.Stat(s.path); err == nil {
		if err := f.Chmod(info.Mode() & fs.ModePerm); err != nil {
			f.Close()
			return s, err
		}
	}
	return s, f.Close()
}
