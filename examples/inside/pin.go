package inside

import "github.com/asyncgen/asyncgen/rt"

// A loose is state that refers to itself: rest is a part of buf. Machines come to such states
// all the time, by slicing an array or by calling a method of a variable that keeps the address.
//
// Such a value must not be moved. A copy has a buf of its own, and a rest that lies in the buf
// of the original: it reads what somebody else writes. Go's pointers never dangle, so this is no
// crash, only a wrong result; in Rust it would be one, and therefore has a type for it.
type loose struct {
	buf  [8]byte
	rest []byte
}

// fill reads s in.
func (l *loose) fill(s string) { l.rest = l.buf[:copy(l.buf[:], s)] }

// A pinned is the same state with the mark that all futures have: it takes no room, and go vet
// reports what copies it. testdata/moved has a function that does.
type pinned struct {
	rt.Pin
	loose
}
