// Package files serves a directory, with ranges and conditional requests, by futures: while a file
// is being read its connection is a suspended task, and the reading is done by the runtime's
// blocking pool. [http.FileServer] behind [server.Std] does the same and more; the test compares the two.
package files

import (
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/server"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/afs"
	"github.com/asyncgen/asyncgen/rt/aio"
)

//go:generate go tool asyncgen

// A Dir serves the files below a directory. A directory's page is its index.html; there are no
// listings.
type Dir struct {
	Root   string // the directory
	Prefix string // what the paths of requests begin with, such as "/files/"
}

// Serve answers a request.
func (d Dir) Serve(x *server.Exchange) rt.Future[struct{}] {
	if m := x.Request.Method; m != "GET" && m != "HEAD" {
		x.AddHeader("Allow", "GET, HEAD")
		x.Error(http.StatusMethodNotAllowed, "only GET and HEAD are allowed")
		return nil
	}
	name, ok := d.name(string(x.Request.Path))
	if !ok {
		x.Error(http.StatusNotFound, "not found")
		return nil
	}
	return serveAsync(x, name)
}

// name returns the name of the file for a path. Whatever the path says, it is below the root: Clean
// of a path that begins with a slash leaves no "..".
func (d Dir) name(p string) (name string, ok bool) {
	p, err := url.PathUnescape(p)
	p, below := strings.CutPrefix(p, strings.TrimSuffix(d.Prefix, "/"))
	if err != nil || !below || strings.ContainsRune(p, 0) {
		return "", false
	}
	return filepath.Join(d.Root, filepath.FromSlash(path.Clean("/"+p))), true
}

// serve sends a file, or a part of it, or says that the client has it already.
//
//async:func dyn
func serve(x *server.Exchange, name string) error {
	f, info, err := openAsync(name).Await()
	if err != nil {
		status := statusOf(err)
		x.Error(status, strings.ToLower(http.StatusText(status)))
		return nil
	}
	defer f.Close().Await()
	a := decide(x, info)
	if a.status >= 300 {
		x.Start(a.status, 0)
		return nil
	}
	x.Start(a.status, a.length)
	if x.Request.Method == "HEAD" {
		return nil
	}
	return sendAsync(x, f, a.start, a.length).Await()
}

// open opens a file, or the page of a directory.
//
//async:func
func open(name string) (*afs.File, fs.FileInfo, error) {
	for {
		f, err := afs.Open(name).Await()
		if err != nil {
			return nil, nil, err
		}
		info, err := f.Stat().Await()
		if err == nil && info.Mode().IsRegular() {
			return f, info, nil
		}
		f.Close().Await()
		if err == nil && (!info.IsDir() || filepath.Base(name) == index) {
			err = fs.ErrNotExist
		}
		if err != nil {
			return nil, nil, err
		}
		name = filepath.Join(name, index)
	}
}

const index = "index.html"

// pieces are buffers that a file goes through.
var pieces = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// send sends a part of a file. If the file has become shorter, the response is cut off.
//
//async:func
func send(x *server.Exchange, f *afs.File, start, length int64) error {
	buf := pieces.Get().(*[32 << 10]byte)
	defer pieces.Put(buf)
	for length > 0 {
		n, err := f.ReadAt(buf[:min(length, int64(len(buf)))], start).Await()
		if n == 0 {
			return err
		}
		if _, err := aio.WriteAll(x, buf[:n]).Await(); err != nil {
			return err
		}
		start += int64(n)
		length -= int64(n)
	}
	return nil
}

// statusOf returns the status for an error of opening a file.
func statusOf(err error) int {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid), errors.Is(err, syscall.ENOTDIR):
		return http.StatusNotFound
	case errors.Is(err, fs.ErrPermission):
		return http.StatusForbidden
	}
	return http.StatusInternalServerError
}

// contentType returns the type of a file by its name.
func contentType(name string) string {
	if t := mime.TypeByExtension(filepath.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// etag returns a tag that changes when the file does.
func etag(info fs.FileInfo) string {
	return fmt.Sprintf(`"%x-%x"`, info.ModTime().UnixNano(), info.Size())
}

// seconds cuts a time to what a date in a field can say.
func seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
