// Package server is an HTTP/1.1 server on rt/anet. A connection is a task, which costs about a
// kilobyte and no goroutine while it waits; what it works with, the buffers and the request, is
// borrowed when bytes come and given back when all are answered.
//
// # A connection
//
// [conn.serve] reads like the protocol: receive a head, have the handler answer it, finish, and again.
// Requests that came together are answered together: an answer is appended to a buffer, which is
// written when there is no whole request left to answer, or when it has become large. A connection
// that has been asked for a page once does so with one system call to read and one to write.
//
// # Handlers
//
// A [Handler] is called by the task of the connection and must not block. If it can answer at once it
// does so and returns nil, and nothing is allocated. Otherwise it returns a future, the machine of
// an annotated function with the option dyn, which may await whatever it likes: parts of the
// body, a file, another server.
//
// [Std] makes a Handler of an [http.Handler], which runs on a goroutine of the runtime's blocking pool
// while the task is suspended, and does not know the difference.
//
// # What a client may not do
//
// A head must come within a time, or the client gets 408; a connection may be idle for a time; a part
// of a body must come, and a part of a response go out, within a time. Heads and bodies have limits:
// 414, 431, 413. A wrong request, see package http1, gets its answer and the connection is closed, and
// so that the client sees the answer, what it goes on sending is read for a moment.
//
// # The end
//
// [Server.Stop] closes the listener and all connections that wait for a request, lets the others
// finish the request that they are answering, and closes what is left when its context ends. A request that
// the system has taken from the client before Stop is answered.
package server
