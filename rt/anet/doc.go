// Package anet does network I/O with futures: what package net does by blocking the
// goroutine, the functions and methods here do by returning a future that a task
// awaits. At present that is TCP.
//
//	conn, err := anet.Dial("tcp", "192.0.2.1:80").Await()
//	if err != nil {
//		return err
//	}
//	defer conn.Close()
//	n, err := conn.Read(buf).Await()
//
// Outside of annotated functions Await blocks the goroutine, so the same code works
// there.
//
// # What waits costs little
//
// A [Conn] that waits is a descriptor, a few flags and the waker of its reader: it has
// no goroutine and no buffer. Read takes the caller's buffer; a task whose connection may
// be idle for long awaits Readable first, and takes a buffer only when there is something
// to put into it. The system call is tried first, and only if it would block is the
// descriptor registered with the reactor of the runtime that polls, once for its life.
//
// # Differences to package net
//
//   - A connection has one reader and one writer at a time, a listener one accepter.
//     A second one fails with [rt.ErrBusy] and disturbs nobody.
//   - LocalAddr and RemoteAddr ask the system, since storing them would double the
//     size of a connection.
//   - Keep-alive probes are off. TCP_NODELAY is on, as there.
//   - Accept does not return an error when the process runs out of descriptors or
//     memory: it waits until it can go on.
//   - Connections and listeners must be closed; none is closed by the garbage
//     collector.
//
// Errors are [*net.OpError] as there, so that errors.Is recognises [net.ErrClosed],
// syscall.ECONNRESET and their like. The end of a stream is [io.EOF] itself.
//
// # Canceling
//
// To cancel a pending Read or Accept loses nothing: data and connections stay with the
// system for the next one. A canceled Write may have written a part, so the stream is of
// no use any more unless the program knows better. A canceled Dial leaves nothing
// behind.
package anet
