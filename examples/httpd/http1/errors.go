package http1

import "errors"

// An Error is what is wrong with a message of the peer.
type Error struct {
	Status int    // the answer if it was a request, such as 400
	Reason string // for the log and for the body of the answer
}

func (e *Error) Error() string { return "http1: " + e.Reason }

// ErrMore says that what has come so far is well formed, but not enough.
var ErrMore = errors.New("http1: more bytes are needed")

// The errors are variables, so that an attack does not allocate.
var (
	errBareLF         = &Error{400, "line does not end with CR LF"}
	errControl        = &Error{400, "control character in the head"}
	errRequestLine    = &Error{400, "malformed request line"}
	errMethod         = &Error{400, "method is no token"}
	errTarget         = &Error{400, "invalid request target"}
	errVersion        = &Error{505, "unsupported version of HTTP"}
	errFolded         = &Error{400, "line begins with a space"}
	errField          = &Error{400, "field without a name and a colon"}
	errFieldName      = &Error{400, "name of a field is no token"}
	errFieldValue     = &Error{400, "invalid character in the value of a field"}
	errTooManyFields  = &Error{431, "too many fields"}
	errHost           = &Error{400, "exactly one valid Host field is needed"}
	errLength         = &Error{400, "invalid Content-Length"}
	errTwoLengths     = &Error{400, "more than one field says where the body ends"}
	errCoding         = &Error{501, "unsupported transfer coding"}
	errCodingIn10     = &Error{400, "transfer coding in HTTP/1.0"}
	errExpectation    = &Error{417, "unknown expectation"}
	errTargetTooLong  = &Error{414, "request line too long"}
	errHeadTooLarge   = &Error{431, "head too large"}
	errBodyTooLarge   = &Error{413, "body too large"}
	errChunkSize      = &Error{400, "invalid chunk size"}
	errChunkEnd       = &Error{400, "chunk is longer than its size"}
	errTrailer        = &Error{400, "invalid trailer"}
	errStatusLine     = &Error{502, "malformed status line"}
	errResponseFields = &Error{502, "malformed field in a response"}
)
