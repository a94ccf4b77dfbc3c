// Package anet does network I/O with futures: what package net does by blocking the
// goroutine, the functions and methods here do by returning a future that a task
// awaits. That is TCP, UDP and Unix sockets.
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
//   - Keep-alive probes are off, since most of what a server with many connections would
//     do were answering them; [ListenConfig] and [Dialer] turn them on. TCP_NODELAY is on, as
//     there.
//   - Accept does not return an error when the process runs out of descriptors or
//     memory: it tells so and waits until it can go on.
//   - To listen on 0.0.0.0 is to listen on IPv4, also with the network "tcp".
//   - Connections and listeners must be closed; none is closed by the garbage
//     collector.
//
// Errors are [*net.OpError] as there, so that errors.Is recognises [net.ErrClosed],
// [os.ErrDeadlineExceeded], syscall.ECONNRESET and their like. The end of a stream is [io.EOF]
// itself.
//
// A library that wants a [net.Conn], such as crypto/tls, gets one by [Conn.Net], and is called
// from goroutines that may block. [FromNet] is the way back.
//
// # Deadlines
//
// A deadline is a time after which operations of a connection fail, not a limit for each. To
// limit each, move the deadline before each, which costs little: the timer stays as it is until
// it fires, and only then is it looked whether it has fired too early.
//
// # Canceling
//
// To cancel a pending Read or Accept loses nothing: data and connections stay with the
// system for the next one. A canceled Write may have written a part, so the stream is of
// no use any more unless the program knows better. A canceled Dial leaves nothing
// behind.
//
// # Other systems
//
// The above is Linux. Elsewhere package net does the work, on a goroutine for each operation
// that has to wait: slower, larger, and the same in what it does. With the build tag
// asyncgen_portable that is so on Linux too, which is for the tests.
package anet
