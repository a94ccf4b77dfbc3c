package afs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
)

// A File is an open file, a pipe or a terminal. It is an [aio.Reader] and an [aio.Writer], which
// read and write at its position; one operation of each may be under way at a time, of a file on
// disk one of both. ReadAt and WriteAt go their own way. Methods may be called from any
// goroutine.
type File struct {
	file     *os.File
	seekable bool // a file on disk: the position is pos, and not that of file
	appends  bool // what is written comes last

	mu  sync.Mutex
	pos int64
	in  side
	out side
}

// A side is one of reading and writing at the position.
type side struct {
	call    *Op[int] // under way, also after a cancel; nil: none
	turn    bool     // an operation is under way
	orphan  bool     // the operation that has begun call was canceled
	buf     []byte   // what call reads into or writes from
	pending []byte   // what was read for an operation that was canceled, of what is no file on disk
	err     error    // what that has ended with
}

// newFile takes a file over.
func newFile(f *os.File, appends bool) *File {
	info, err := f.Stat()
	return &File{file: f, seekable: err == nil && info.Mode().IsRegular(), appends: appends}
}

// maxPiece is how much one call of a Read or Write moves.
const maxPiece = 256 << 10

// Name returns the name that the file was opened with.
func (f *File) Name() string { return f.file.Name() }

// Read returns a future of reading at the position into b: at least one byte, and perhaps not
// all. It fails with [io.EOF] at the end. Canceling loses nothing, and b is not written to afterwards.
func (f *File) Read(b []byte) *aio.ReadFuture { return aio.Read(f, b) }

// Write returns a future of writing all of b at the position. Canceled, it may have written, though the
// position is where it was, and what it writes is what was in b then.
func (f *File) Write(b []byte) *aio.WriteFuture { return aio.WriteAll(f, b) }

// error puts the name around an error of this package.
func (f *File) error(op string, err error) error {
	return &fs.PathError{Op: op, Path: f.file.Name(), Err: err}
}

// take gives the turn to an operation.
func (f *File) take(cx *rt.Context, s, other *side, turn *rt.Turn) error {
	if !bool(*turn) && (s.turn || f.seekable && other.turn) {
		return rt.ErrBusy
	}
	*turn, s.turn = true, true
	return cx.Stopped()
}

// drop takes the turn away again.
func (s *side) drop(turn *rt.Turn) { *turn, s.turn = false, false }

// PollRead is one poll of a Read, see [aio.Reader].
func (f *File) PollRead(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := &f.in
	if err := f.take(cx, s, &f.out, turn); err != nil {
		if err != rt.ErrBusy {
			f.cancel(s, turn)
		}
		return rt.Fail[int](f.error("read", err))
	}
	for len(b) > 0 && len(s.pending) == 0 && s.err == nil {
		if s.call == nil {
			f.startRead(min(len(b), maxPiece))
		}
		p := s.call.Poll(cx)
		if !p.Ready {
			return rt.Pending[int]()
		}
		orphan := s.orphan
		s.call, s.orphan = nil, false
		if orphan && f.seekable {
			continue // it may be of another place
		}
		s.got(p)
	}
	n := copy(b, s.pending)
	s.pending = s.pending[n:]
	if f.seekable {
		f.pos += int64(n)
		s.pending = nil
	}
	var err error
	if n == 0 && len(b) > 0 {
		err, s.err = s.err, nil
	}
	if f.seekable || len(s.pending) == 0 && s.err == io.EOF {
		s.err = nil // the next Read finds out
	}
	s.drop(turn)
	return rt.Finish(n, err)
}

// got takes in what a call has read.
func (s *side) got(p rt.Poll[int]) {
	s.pending, s.err = s.buf[:p.Value], p.Err
	if p.Value == 0 && p.Err == nil {
		s.err = io.ErrNoProgress
	}
}

// startRead begins a call that reads up to n bytes.
func (f *File) startRead(n int) {
	if cap(f.in.buf) < n {
		f.in.buf = make([]byte, n)
	}
	buf, pos := f.in.buf[:n], f.pos
	f.in.call = op(func() (int, error) {
		if !f.seekable {
			return f.file.Read(buf)
		}
		n, err := f.file.ReadAt(buf, pos)
		if n > 0 && err == io.EOF {
			err = nil
		}
		return n, err
	})
}

// CancelRead ends a PollRead that is under way.
func (f *File) CancelRead(turn *rt.Turn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cancel(&f.in, turn)
}

// PollWrite is one poll of writing a part of b, see [aio.Writer].
func (f *File) PollWrite(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := &f.out
	if err := f.take(cx, s, &f.in, turn); err != nil {
		if err != rt.ErrBusy {
			f.cancel(s, turn)
		}
		return rt.Fail[int](f.error("write", err))
	}
	for {
		if s.call == nil {
			f.startWrite(b[:min(len(b), maxPiece)])
		}
		p := s.call.Poll(cx)
		if !p.Ready {
			return rt.Pending[int]()
		}
		orphan := s.orphan
		s.call, s.orphan = nil, false
		if !orphan {
			f.pos += int64(p.Value)
			s.drop(turn)
			return p
		}
	}
}

// startWrite begins a call that writes a copy of b.
func (f *File) startWrite(b []byte) {
	f.out.buf = append(f.out.buf[:0], b...)
	buf, pos := f.out.buf, f.pos
	f.out.call = op(func() (int, error) {
		if !f.seekable || f.appends {
			return f.file.Write(buf)
		}
		return f.file.WriteAt(buf, pos)
	})
}

// CancelWrite ends a PollWrite that is under way. What it has begun goes on, and the next
// write waits for it.
func (f *File) CancelWrite(turn *rt.Turn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cancel(&f.out, turn)
}

// cancel ends an operation. Its call stays, and works on, until the next one.
func (f *File) cancel(s *side, turn *rt.Turn) {
	if !*turn {
		return
	}
	s.drop(turn)
	if s.call == nil {
		return
	}
	// The operation's waker must not be kept. A poll with another one takes its place.
	p := s.call.Poll(rt.NewContext(rt.Waker{}))
	if s.orphan = !p.Ready; s.orphan {
		return
	}
	s.call = nil
	if s == &f.in && !f.seekable {
		s.got(p)
	}
}

// Seek moves the position, as [os.File.Seek] does, and returns it. From the end it asks for
// the size of the file, which a slow disk may make a blocking call. What is no file on disk
// has no position.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.seekable {
		return 0, f.error("seek", errors.ErrUnsupported)
	}
	if f.in.turn || f.out.turn {
		return 0, f.error("seek", rt.ErrBusy)
	}
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += f.pos
	case io.SeekEnd:
		info, err := f.file.Stat()
		if err != nil {
			return 0, err
		}
		offset += info.Size()
	default:
		return 0, f.error("seek", fs.ErrInvalid)
	}
	if offset < 0 {
		return 0, f.error("seek", fs.ErrInvalid)
	}
	f.pos = offset
	return offset, nil
}

// ReadAt returns a future of filling b from an offset. It fails with [io.EOF] if the file ends
// before, and its value is then how much is in b. After a cancel b is not written to.
func (f *File) ReadAt(b []byte, offset int64) *ReadAtFuture {
	data := make([]byte, len(b))
	return &ReadAtFuture{
		op:   op(func() (int, error) { return f.file.ReadAt(data, offset) }),
		from: data,
		into: b,
	}
}

// A ReadAtFuture is the future of [File.ReadAt].
type ReadAtFuture struct {
	rt.Pin
	op         *Op[int]
	from, into []byte
}

// Poll copies what was read.
func (f *ReadAtFuture) Poll(cx *rt.Context) rt.Poll[int] {
	p := f.op.Poll(cx)
	if p.Ready {
		copy(f.into, f.from[:p.Value])
		f.from, f.into = nil, nil
	}
	return p
}

// Cancel gives up reading.
func (f *ReadAtFuture) Cancel() {
	f.op.Cancel()
	f.from, f.into = nil, nil
}

// Where says where the future stands.
func (f *ReadAtFuture) Where(w *rt.Where) { w.Operation("afs.File.ReadAt") }

// Await waits for the future.
func (f *ReadAtFuture) Await() (int, error) {
	p := rt.Block(f, (*ReadAtFuture).Poll)
	return p.Value, p.Err
}

// WriteAt returns a future of writing b, of which it makes a copy, at an offset. Canceled, it
// may have written.
func (f *File) WriteAt(b []byte, offset int64) *Op[int] {
	data := append([]byte(nil), b...)
	return op(func() (int, error) { return f.file.WriteAt(data, offset) })
}

// Sync returns a future of having everything on the disk.
func (f *File) Sync() *Op[struct{}] { return do(f.file.Sync) }

// Stat describes the file.
func (f *File) Stat() *Op[fs.FileInfo] { return op(f.file.Stat) }

// Truncate changes the size of the file, and leaves the position.
func (f *File) Truncate(size int64) *Op[struct{}] {
	return do(func() error { return f.file.Truncate(size) })
}

// ReadDir lists a directory: the next n entries, or all if n is not positive, see
// [os.File.ReadDir].
func (f *File) ReadDir(n int) *Op[[]fs.DirEntry] {
	return op(func() ([]fs.DirEntry, error) { return f.file.ReadDir(n) })
}

// Close returns a future of closing the file. Calls that are under way end first. To cancel it
// does not keep the file open.
func (f *File) Close() *Op[struct{}] { return do(f.file.Close) }
