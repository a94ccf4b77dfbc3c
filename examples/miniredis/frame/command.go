package frame

import (
	"bytes"
	"fmt"
	"math"
	"slices"
)

const (
	// maxLine is how long the line of a length, or a command in one line, may be.
	maxLine = 64 << 10
	// maxBulk is how long a string may be.
	maxBulk = 512 << 20
)

// A ProtocolError is the error of input that is no command. The stream is of no use after it.
// Its text is that of Redis.
type ProtocolError string

func (e ProtocolError) Error() string { return "Protocol error: " + string(e) }

// A commandParser finds the first command in a buffer, which may grow between calls and move,
// but keeps its contents: so all positions are offsets from the beginning of the command.
type commandParser struct {
	pos  int    // how far the buffer has been looked at
	left int    // how many arguments are missing; 0: the command has not begun
	bulk int    // length of the argument at pos, if knows
	know bool   // the line with the length was read
	args []span // the arguments so far
}

// A span is a place in the buffer.
type span struct{ from, to int }

// reset forgets the command. The memory of the list is kept if it is not much.
func (p *commandParser) reset() {
	args := p.args[:0]
	if cap(args) > 64 {
		args = nil
	}
	*p = commandParser{args: args}
}

// parse goes on looking for the end of the command. If it is there, size is its length, and the
// arguments are appended to args; there may be none. If size is 0, there is no end yet.
func (p *commandParser) parse(data []byte, args [][]byte) (_ [][]byte, size int, err error) {
	if p.left == 0 {
		if data[0] != '*' {
			return parseInline(data, args)
		}
		end, err := lineEnd(data, 0, "too big mbulk count string")
		if end < 0 {
			return args, 0, err
		}
		n, ok := ParseInt(data[1:end])
		switch {
		case !ok || n > math.MaxInt32:
			return args, 0, ProtocolError("invalid multibulk length")
		case n <= 0:
			return args, end + 2, nil
		}
		p.left, p.pos = int(n), end+2
	}
	for p.left > 0 {
		if ok, err := p.argument(data); !ok {
			return args, 0, err
		}
		p.left--
	}
	for _, s := range p.args {
		args = append(args, data[s.from:s.to:s.to])
	}
	return args, p.pos, nil
}

// argument adds an argument, if it is there: "$3\r\nfoo\r\n".
func (p *commandParser) argument(data []byte) (bool, error) {
	if !p.know {
		end, err := lineEnd(data, p.pos, "too big bulk count string")
		if end < 0 {
			return false, err
		}
		if c := data[p.pos]; c != '$' {
			return false, unexpected(c)
		}
		n, ok := ParseInt(data[p.pos+1 : end])
		if !ok || n < 0 || n > maxBulk {
			return false, ProtocolError("invalid bulk length")
		}
		p.bulk, p.know, p.pos = int(n), true, end+2
	}
	// What ends the string is not looked at, nor does Redis.
	if len(data)-p.pos < p.bulk+2 {
		return false, nil
	}
	p.args = append(p.args, span{p.pos, p.pos + p.bulk})
	p.pos += p.bulk + 2
	p.know = false
	return true, nil
}

// unexpected is the error of an argument that does not begin as one. A NUL ends the text, as it
// does in C.
func unexpected(c byte) ProtocolError {
	text := "expected '$', got '"
	if c != 0 {
		text += string([]byte{c, '\''})
	}
	return ProtocolError(text)
}

// missing returns how many bytes are known to be missing.
func (p *commandParser) missing(have int) int {
	if !p.know {
		return 0
	}
	return p.pos + p.bulk + 2 - have
}

// lineEnd returns where the line at pos ends, with "\r" and some other byte behind it; -1 if it
// does not yet.
func lineEnd(data []byte, pos int, tooLong ProtocolError) (int, error) {
	for i, c := range data[pos:] {
		switch {
		case c == '\r' && pos+i+1 < len(data):
			return pos + i, nil
		case c == '\r':
			return -1, nil
		case c == 0 || i > maxLine:
			// Redis looks for the end as in a C string, and so waits for more.
			if len(data)-pos > maxLine {
				return -1, tooLong
			}
			return -1, nil
		}
	}
	return -1, nil
}

// parseInline finds a command that is a line of words.
func parseInline(data []byte, args [][]byte) (_ [][]byte, size int, err error) {
	end := bytes.IndexByte(data, '\n')
	if end >= 0 && bytes.IndexByte(data[:end], 0) >= 0 {
		end = -1 // as in a C string, where Redis looks
	}
	if end < 0 {
		if len(data) > maxLine {
			return args, 0, ProtocolError("too big inline request")
		}
		return args, 0, nil
	}
	line := data[:end]
	if end > 0 && line[end-1] == '\r' {
		line = line[:end-1]
	}
	args, ok := splitWords(line, args)
	if !ok {
		return args, 0, ProtocolError("unbalanced quotes in request")
	}
	return args, end + 1, nil
}

// splitWords appends the words of a line, and reports whether their quotes are balanced. In
// double quotes there are escapes, in single ones only \'.
func splitWords(line []byte, words [][]byte) ([][]byte, bool) {
	for {
		line = bytes.TrimLeft(line, " \t\n\v\f\r")
		if len(line) == 0 {
			return words, true
		}
		word, rest, ok := firstWord(line)
		if !ok {
			return words, false
		}
		words, line = append(words, word), rest
	}
}

// firstWord takes a word off a line that begins with one.
func firstWord(line []byte) (word, rest []byte, ok bool) {
	i := 0
	for i < len(line) && !isSpace(line[i]) && line[i] != '"' && line[i] != '\'' {
		i++
	}
	word = slices.Clone(line[:i])
	if i == len(line) || isSpace(line[i]) {
		return word, line[i:], true
	}
	quote := line[i]
	for i++; i < len(line); i++ {
		switch c := line[i]; {
		case c == quote:
			// The closing quote ends the word.
			rest = line[i+1:]
			return word, rest, len(rest) == 0 || isSpace(rest[0])
		case c == '\\' && quote == '"' && i+1 < len(line):
			c, n := unescape(line[i+1:])
			word = append(word, c)
			i += n
		case c == '\\' && quote == '\'' && i+1 < len(line) && line[i+1] == '\'':
			word = append(word, '\'')
			i++
		default:
			word = append(word, c)
		}
	}
	return nil, nil, false
}

// unescape returns what an escape stands for, of which s is what follows the backslash, and its
// length.
func unescape(s []byte) (c byte, n int) {
	if s[0] == 'x' && len(s) >= 3 {
		var code byte
		if _, err := fmt.Sscanf(string(s[1:3]), "%02x", &code); err == nil && isHex(s[1]) && isHex(s[2]) {
			return code, 3
		}
	}
	switch s[0] {
	case 'n':
		return '\n', 1
	case 'r':
		return '\r', 1
	case 't':
		return '\t', 1
	case 'b':
		return '\b', 1
	case 'a':
		return '\a', 1
	}
	return s[0], 1
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
