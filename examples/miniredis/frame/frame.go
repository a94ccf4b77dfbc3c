package frame

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A Kind is what a frame is, named by the byte that it begins with.
type Kind byte

// The kinds. Those after List are of RESP3, and a Reader knows them all.
const (
	Simple    Kind = '+' // a string without line ends
	Error     Kind = '-' // an error: a string without line ends
	Int       Kind = ':'
	Bulk      Kind = '$' // a string of any bytes
	List      Kind = '*'
	Null      Kind = '_' // in RESP2 a Bulk or List of length -1
	Bool      Kind = '#'
	Double    Kind = ','
	Big       Kind = '(' // a number of any size, in decimal digits
	BulkError Kind = '!'
	Verbatim  Kind = '=' // a string that begins with its format: "txt:"
	Map       Kind = '%' // a list of keys and values in turn
	Set       Kind = '~'
	Attribute Kind = '|' // as a Map, about the frame that follows
	Push      Kind = '>' // a list that answers nothing
)

// A Frame is a value of the protocol.
type Frame struct {
	Kind Kind
	Int  int64   // of an Int; 1 for true in a Bool
	Text []byte  // of strings, errors, and numbers that are not an Int, as it is written
	List []Frame // of lists, and all that is like them
}

// ErrorValue is the error that an Error stands for.
type ErrorValue string

func (e ErrorValue) Error() string { return string(e) }

// Err returns an ErrorValue if f is an error, otherwise nil.
func (f Frame) Err() error {
	if f.Kind == Error || f.Kind == BulkError {
		return ErrorValue(f.Text)
	}
	return nil
}

// String returns what f would look like in a terminal.
func (f Frame) String() string {
	switch f.Kind {
	case Null:
		return "(nil)"
	case Int:
		return strconv.FormatInt(f.Int, 10)
	case Bool:
		return strconv.FormatBool(f.Int != 0)
	case List, Map, Set, Attribute, Push:
		parts := make([]string, len(f.List))
		for i, e := range f.List {
			parts[i] = e.String()
		}
		return string(f.Kind) + "[" + strings.Join(parts, " ") + "]"
	case Bulk:
		return strconv.Quote(string(f.Text))
	}
	return string(f.Kind) + string(f.Text)
}

var (
	errFrame = errors.New("frame: not a frame of RESP")
	errDepth = errors.New("frame: lists nested too deeply")
)

// maxDepth is how deeply lists may be nested.
const maxDepth = 64

// A frameScanner finds the end of the first frame in a buffer, without making anything of it:
// it counts what is missing. As with commands, the buffer may grow and move between calls.
type frameScanner struct {
	pos  int // how far the buffer has been looked at
	left int // how many frames are missing, but for the one that has not begun
	some bool
}

// scan goes on looking for the end. If it is there, size is the length of the frame.
func (s *frameScanner) scan(data []byte) (size int, err error) {
	if !s.some {
		s.some, s.left = true, 1
	}
	for s.left > 0 {
		end, err := lineEnd(data, s.pos, "line too long")
		if end < 0 {
			return 0, err
		}
		head, next, list := Kind(data[s.pos]), end+2, 0
		if hasLength(head) {
			n, ok := ParseInt(data[s.pos+1 : end])
			if !ok || n < -1 || n > maxBulk {
				return 0, errFrame
			}
			switch {
			case n < 0:
			case isList(head):
				list = int(n)
				if head == Map || head == Attribute {
					list *= 2
				}
				if head == Attribute {
					list++ // it is part of the frame that follows
				}
			default:
				next += int(n) + 2
			}
		}
		if next > len(data) {
			return 0, nil
		}
		s.pos = next
		s.left += list - 1
	}
	return s.pos, nil
}

func isList(k Kind) bool {
	return k == List || k == Map || k == Set || k == Attribute || k == Push
}

func hasLength(k Kind) bool {
	return isList(k) || k == Bulk || k == BulkError || k == Verbatim
}

// parse makes a frame of the first bytes of data, which are known to be whole, and returns the
// rest. The frame refers to data. Attributes are dropped.
func parse(data []byte, depth int) (f Frame, rest []byte, err error) {
	if depth > maxDepth {
		return f, nil, errDepth
	}
	end, _ := lineEnd(data, 0, "")
	f.Kind = Kind(data[0])
	line, data := data[1:end:end], data[end+2:]
	if !hasLength(f.Kind) {
		return f, data, f.setLine(line)
	}
	n, _ := ParseInt(line)
	switch {
	case n < 0:
		return Frame{Kind: Null}, data, nil
	case !isList(f.Kind):
		f.Text = data[:n:n]
		return f, data[n+2:], nil
	case f.Kind == Map || f.Kind == Attribute:
		n *= 2
	}
	f.List = make([]Frame, n)
	for i := range f.List {
		if f.List[i], data, err = parse(data, depth+1); err != nil {
			return f, nil, err
		}
	}
	if f.Kind == Attribute {
		return parse(data, depth+1)
	}
	return f, data, nil
}

// setLine sets what a frame of one line is.
func (f *Frame) setLine(line []byte) error {
	ok := true
	switch f.Kind {
	case Simple, Error, Big, Double:
		f.Text = line
	case Int:
		f.Int, ok = ParseInt(line)
	case Bool:
		ok = len(line) == 1 && (line[0] == 't' || line[0] == 'f')
		if ok && line[0] == 't' {
			f.Int = 1
		}
	case Null:
		ok = len(line) == 0
	default:
		ok = false
	}
	if !ok {
		return fmt.Errorf("%w: %q", errFrame, string(byte(f.Kind))+string(line))
	}
	return nil
}
