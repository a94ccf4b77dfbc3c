package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"iter"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/afs"
)

//go:generate go tool asyncgen

// Limits bound what a pipeline has under way.
type Limits struct {
	Readers int // files that are read at the same time
	Hashers int // processors that it uses
	Ahead   int // files that a stage may be ahead of the next one
}

// A file goes through the stages. Each stage owns it from a receive to a send.
type file struct {
	number int
	name   string
	data   []byte
	sum    [sha256.Size]byte
}

// Sums prints the SHA-256 sum of each file, in the order of the names:
//
//	names → number ─ch→ read ×Readers ─ch→ hash ×Hashers ─ch→ print
//
// The channels are bounded, so that a slow stage holds up those before it, up to the source of the names: the
// data of at most Readers + Hashers + Ahead files is in memory, however many there are. Each stage closes
// its end of the channel when it is done, and the next one sees the end after what is left: that is how
// the pipeline drains. When names ends early, what is under way is still finished; when a stage
// fails, the group cancels the others.
//
//async:func
func Sums(out io.Writer, names iter.Seq[string], limits Limits) error {
	var stages rt.Group
	defer stages.Close().Await()
	toRead, reads := achan.MPMC[file](limits.Ahead)
	toHash, hashes := achan.MPMC[file](limits.Ahead)
	toPrint, prints := achan.MPSC[file](limits.Ahead)
	stages.Spawn(numberAsync(names, toRead))
	for range limits.Readers {
		stages.Spawn(readAsync(reads.Clone(), toHash.Clone()))
	}
	for range limits.Hashers {
		stages.Spawn(hashAsync(hashes.Clone(), toPrint.Clone()))
	}
	stages.Spawn(printAsync(out, prints))
	// The stages have handles of their own. With these here the channels would never end.
	reads.Close()
	toHash.Close()
	hashes.Close()
	toPrint.Close()
	return stages.Wait().Await()
}

// number is the source. Between two names it waits for room.
//
//async:func
func number(names iter.Seq[string], to *achan.Sender[file]) error {
	defer to.Close()
	n := 0
	for name := range names {
		if err := to.Send(file{number: n, name: name}).Await(); err != nil {
			return err
		}
		n++
	}
	return nil
}

// read waits for the disk, not for a processor: many of them are cheap.
//
//async:func
func read(from *achan.SharedReceiver[file], to *achan.Sender[file]) error {
	defer from.Close()
	defer to.Close()
	for f := range from.All() {
		var err error
		if f.data, err = afs.ReadFile(f.name).Await(); err != nil {
			return err
		}
		if err := to.Send(f).Await(); err != nil {
			return err
		}
	}
	return nil
}

// hash computes for long, so it does that on a goroutine of the blocking pool.
//
//async:func
func hash(from *achan.SharedReceiver[file], to *achan.Sender[file]) error {
	defer from.Close()
	defer to.Close()
	for f := range from.All() {
		data := f.data
		sum, err := rt.Blocking(func() ([sha256.Size]byte, error) { return sha256.Sum256(data), nil }).Await()
		if err != nil {
			return err
		}
		f.sum, f.data = sum, nil
		if err := to.Send(f).Await(); err != nil {
			return err
		}
	}
	return nil
}

// print puts the files in order again. What has come too early waits here: behind a file that takes
// long this may be many, but of each only the name and the sum.
//
//async:func
func print(out io.Writer, from *achan.Receiver[file]) error {
	defer from.Close()
	early := map[int]file{}
	next := 0
	for f := range from.All() {
		early[f.number] = f
		for {
			f, ok := early[next]
			if !ok {
				break
			}
			delete(early, next)
			next++
			if _, err := fmt.Fprintf(out, "%x  %s\n", f.sum, f.name); err != nil {
				return err
			}
		}
	}
	return nil
}
