package http1

import "bytes"

// A Field is a line of a head, such as "Accept: */*", without the space around its value.
type Field struct{ Name, Value []byte }

// Fields are those of a head, in their order.
type Fields []Field

// Get returns the value of the first field of that name, in any case; nil if there is none.
func (fs Fields) Get(name string) []byte {
	for i := range fs {
		if equalFold(fs[i].Name, name) {
			return fs[i].Value
		}
	}
	return nil
}

// maxFields is how many fields a head may have.
const maxFields = 200

// A class is what a byte may be part of.
type class uint8

const (
	inToken   class = 1 << iota // names and methods
	inValue                     // values of fields: all but control characters; tab is one that may stand
	inTarget                    // targets: visible ASCII but for '#', '"', '<', '>' and what never occurs in URIs
	inHost                      // names of hosts and IPv4 addresses
	inAddress                   // IPv6 addresses
)

// classes has the class of each byte.
var classes = func() (t [256]class) {
	for c := range 256 {
		switch {
		case '0' <= c && c <= '9', 'a' <= c|0x20 && c|0x20 <= 'z' && c < 0x80:
			t[c] = inToken | inValue | inTarget | inHost
		case c > ' ' && c < 0x7f:
			t[c] = inValue | inTarget
		case c == ' ', c == '\t', c >= 0x80:
			t[c] = inValue
		}
	}
	for _, c := range "!#$%&'*+-.^_`|~" {
		t[c] |= inToken
	}
	for _, c := range "-._~!$&'()*+,;=" {
		t[c] |= inHost
	}
	for _, c := range "0123456789abcdefABCDEF:." {
		t[c] |= inAddress
	}
	for _, c := range "#\"<>\\^`{|}" {
		t[c] &^= inTarget
	}
	return t
}()

// all reports whether all bytes are of that class.
func all(b []byte, c class) bool {
	for _, x := range b {
		if classes[x]&c == 0 {
			return false
		}
	}
	return true
}

// equalFold compares ASCII, in any case.
func equalFold(b []byte, s string) bool {
	if len(b) != len(s) {
		return false
	}
	for i := range b {
		x, y := b[i], s[i]
		if x != y && (x|0x20 != y|0x20 || x|0x20 < 'a' || x|0x20 > 'z') {
			return false
		}
	}
	return true
}

// headEnd looks for the empty line that ends a head. It begins at seen, the start of the first
// line that was not looked at, and returns where to go on if the end has not come: so a head that
// comes byte by byte is not searched again and again. The error is that of a line that ends with
// a bare LF, which would otherwise be waited for in vain.
func headEnd(data []byte, seen int) (end, next int, err error) {
	for {
		n := bytes.IndexByte(data[seen:], '\n')
		if n < 0 {
			return -1, seen, nil
		}
		if n == 0 || data[seen+n-1] != '\r' {
			return -1, seen, errBareLF
		}
		seen += n + 1
		if n == 1 {
			return seen, seen, nil
		}
	}
}

// cutLine takes a line off a part of a head whose lines are known to end with CR LF.
func cutLine(head []byte) (line, rest []byte) {
	n := bytes.IndexByte(head, '\n')
	return head[:n-1], head[n+1:]
}

// parseField takes a line apart.
func parseField(line []byte) (f Field, err error) {
	n := bytes.IndexByte(line, ':')
	switch {
	case line[0] == ' ' || line[0] == '\t':
		return f, errFolded
	case n <= 0:
		return f, errField
	case !all(line[:n], inToken):
		return f, errFieldName
	}
	f = Field{line[:n], trim(line[n+1:])}
	if !all(f.Value, inValue) {
		return f, errFieldValue
	}
	return f, nil
}

// trim removes spaces and tabs from both ends.
func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

// listHas reports whether a value that is a list separated by commas has a member.
func listHas(value []byte, member string) bool {
	for len(value) > 0 {
		n := bytes.IndexByte(value, ',')
		if n < 0 {
			n = len(value)
		}
		if equalFold(trim(value[:n]), member) {
			return true
		}
		value = value[min(n+1, len(value)):]
	}
	return false
}
