// Package frame reads and writes the protocol of Redis, RESP.
//
// A frame is a value of the protocol: a string, a number, an error, nothing, or a list of
// frames. Servers send frames; what they get is commands, which are lists of strings, or for
// people at a terminal just a line of words. RESP2 is the common form, RESP3 adds some kinds.
//
// TCP knows no frames. A read delivers half of one, or ten and a half. So what was read is
// kept until it is a whole frame, and the parsers are plain functions that look at bytes in
// memory and say "not yet": they need no futures, and are tested without a network. Only two
// small functions await: [Reader.Fill], which gets more bytes, and [Writer.Flush].
//
// None of them begins anew when more bytes come. Otherwise a large frame that comes in small
// pieces would take quadratic time, which is an invitation.
package frame
