// Package afs reads and writes files with futures. The system has no files that can be waited
// for, so each operation is a call of package os in the blocking pool, see [rt.Blocking]: it
// costs a few microseconds more than the call itself, and keeps a slow disk from holding up
// other tasks. A read of a pipe that nothing comes through holds a goroutine of the pool.
//
//	data, err := afs.ReadFile("config.json").Await()
//
// Errors are those of package os, [*fs.PathError] most of the time.
//
// # Canceling
//
// A call that has begun cannot be called back. If its future is canceled it goes on, and what
// it returns is dropped; a file that was opened is closed. So a canceled Remove may have
// removed the file. No buffer of the caller's is in use after a cancel: data is copied. To
// cancel a Read of a [File] loses nothing: the position moves when the future is ready, and what
// came from a pipe or a terminal is kept for the next Read. A canceled Write may have written,
// though the position is where it was.
package afs
