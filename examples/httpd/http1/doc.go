// Package http1 is the wire format of HTTP/1.1 (RFC 9112): heads of requests and responses,
// bodies, and what is written. It does no input or output and knows no futures. Bytes that have
// come are put into a [Buffer], and what they mean is asked for; if they are not enough, the
// answer is [ErrMore], and whoever asked waits for more in whatever way it likes. So the server
// and the client use the same code, and its tests need no network.
//
// # Strict on purpose
//
// When two programs on the way of a request disagree about where it ends, one of them takes for a
// request what the other took for a body, and an attacker writes requests in somebody else's name
// ("request smuggling"). What is ambiguous is therefore refused, even where the RFC leaves
// the choice: lines that end with a bare LF, a CR elsewhere, folded lines, spaces before the
// colon, more than one Content-Length or one beside Transfer-Encoding, a chunk size with a sign, a
// prefix or spaces. The test against net/http relies on it: what this package accepts net/http
// accepts too, and reads the same from it.
//
// # Nothing is allocated
//
// A head is parsed in place: method, target and fields are slices of the buffer, which keeps the
// bytes where they are until the request is over ([Buffer.Keep]). docs/design.md has why the parser
// of net/http is not used: what it costs for a request.
package http1
