package http1

// A Buffer holds what has come and was not used yet. Room is where more is to be put.
//
//	buf:  | kept | used | data | room |
//	      0      base   from   to
//
// What Keep protects stays where it is although more comes, so that slices of it remain good: the
// head of a request while its body is read. The zero Buffer is ready to use. Its memory grows only
// if a head is larger than it; whoever fills it bounds that.
type Buffer struct {
	buf            []byte
	base, from, to int
}

// bufferSize is the usual size, which is that of most requests several times over.
const bufferSize = 4 << 10

// least is how much room there is at least.
const least = 512

// Data returns what is there.
func (b *Buffer) Data() []byte { return b.buf[b.from:b.to] }

// Len returns the length of Data.
func (b *Buffer) Len() int { return b.to - b.from }

// Take removes the first n bytes and returns them. They are good until the next call of Room,
// or with Keep until Release.
func (b *Buffer) Take(n int) []byte {
	data := b.buf[b.from : b.from+n]
	b.from += n
	return data
}

// Keep has all that was taken stay where it is.
func (b *Buffer) Keep() { b.base = b.from }

// Release ends what Keep has begun.
func (b *Buffer) Release() { b.base = 0 }

// Room returns a part of the buffer that is free, at least 512 bytes of it. It moves what was not
// taken, or gets more memory, if need be; slices of memory that is given up stay good.
func (b *Buffer) Room() []byte {
	if b.from == b.to {
		b.from, b.to = b.base, b.base
	}
	if len(b.buf)-b.to < least && b.from > b.base {
		b.to = b.base + copy(b.buf[b.base:], b.Data())
		b.from = b.base
	}
	if len(b.buf)-b.to < least {
		more := make([]byte, max(2*len(b.buf), bufferSize))
		copy(more, b.buf[:b.to])
		b.buf = more
	}
	return b.buf[b.to:]
}

// Added says that n bytes were put at the beginning of Room.
func (b *Buffer) Added(n int) { b.to += n }

// Put adds bytes that were read into some other memory.
func (b *Buffer) Put(data []byte) {
	for len(data) > 0 {
		n := copy(b.Room(), data)
		b.Added(n)
		data = data[n:]
	}
}

// Reset forgets everything. Memory that has grown is given up too.
func (b *Buffer) Reset() {
	if len(b.buf) > bufferSize {
		b.buf = nil
	}
	b.base, b.from, b.to = 0, 0, 0
}
