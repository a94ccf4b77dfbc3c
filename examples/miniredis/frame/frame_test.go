package frame

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// pieces is a stream that comes in pieces: each read gets one, at most.
type pieces struct{ list [][]byte }

func (p *pieces) PollRead(_ *rt.Context, _ *rt.Turn, b []byte) rt.Poll[int] {
	if len(p.list) == 0 {
		return rt.Fail[int](io.EOF)
	}
	n := copy(b, p.list[0])
	if p.list[0] = p.list[0][n:]; len(p.list[0]) == 0 {
		p.list = p.list[1:]
	}
	return rt.Ready(n)
}

func (p *pieces) CancelRead(*rt.Turn) {}

// cut cuts a stream in two.
func cut(s string, at int) *pieces {
	p := &pieces{}
	for _, part := range []string{s[:at], s[at:]} {
		if part != "" {
			p.list = append(p.list, []byte(part))
		}
	}
	return p
}

// single cuts a stream into bytes.
func single(s string) *pieces {
	p := &pieces{}
	for i := range len(s) {
		p.list = append(p.list, []byte{s[i]})
	}
	return p
}

// commands reads all commands, and how the stream has ended.
func commands(src *pieces) (list []string) {
	r := NewReader(src)
	for {
		args, err := r.ReadCommand()
		if err != nil {
			return append(list, err.Error())
		}
		list = append(list, fmt.Sprintf("%q", args))
	}
}

// frames reads all frames, and how the stream has ended.
func frames(src *pieces) (list []string) {
	r := NewReader(src)
	for {
		f, err := r.ReadFrame()
		if err != nil {
			return append(list, err.Error())
		}
		list = append(list, f.String())
	}
}

// everyCut checks that what is read does not depend on how the stream is cut.
func everyCut(t *testing.T, stream string, read func(*pieces) []string, want ...string) {
	t.Helper()
	check := func(how string, src *pieces) {
		if got := read(src); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q, cut %s:\ngot  %q\nwant %q", stream, how, got, want)
		}
	}
	for i := range len(stream) + 1 {
		check(fmt.Sprint("at ", i), cut(stream, i))
	}
	check("everywhere", single(stream))
}

func TestCommands(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, c := range []struct {
		stream string
		want   []string
	}{
		{"*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", []string{`["PING"]`, `["ECHO" ""]`, "EOF"}},
		{"PING\r\n\r\nECHO 'a b' \"\\x41\\n\"\n", []string{`["PING"]`, `["ECHO" "a b" "A\n"]`, "EOF"}},
		{"*0\r\n*-1\r\nPING\n*1\r\n$1\r\n\n\r\n", []string{`["PING"]`, `["\n"]`, "EOF"}},
		{"*2\r\n$3\r\nGET\r\n$5000\r\n" + long + "\r\nPING\n", []string{`["GET" "` + long + `"]`, `["PING"]`, "EOF"}},
		{"PING\r\n*x\r\nPING\r\n", []string{`["PING"]`, "Protocol error: invalid multibulk length"}},
		{"*1\r\n$-1\r\n", []string{"Protocol error: invalid bulk length"}},
		{"*1\r\nx\r\n", []string{"Protocol error: expected '$', got 'x'"}},
		{"ECHO \"x\r\n", []string{"Protocol error: unbalanced quotes in request"}},
		{"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$3\r\nb", []string{"EOF"}},
	} {
		if len(c.stream) > 1000 {
			for _, i := range []int{0, 4, 100, 4095, 4096, 4097, len(c.stream) - 1} {
				if got := commands(cut(c.stream, i)); fmt.Sprint(got) != fmt.Sprint(c.want) {
					t.Errorf("cut at %d: %.100q", i, got)
				}
			}
			continue
		}
		everyCut(t, c.stream, commands, c.want...)
	}
}

func TestFrames(t *testing.T) {
	everyCut(t, "+OK\r\n-ERR no\r\n:-7\r\n$3\r\na\r\n\r\n$-1\r\n*-1\r\n*2\r\n:1\r\n*1\r\n$0\r\n\r\n*0\r\n", frames,
		"+OK", "-ERR no", "-7", `"a\r\n"`, "(nil)", "(nil)", `*[1 *[""]]`, "*[]", "EOF")
	everyCut(t, "_\r\n#t\r\n,1.5\r\n(12345678901234567890\r\n!3\r\nERR\r\n=5\r\ntxt:x\r\n%1\r\n+k\r\n:1\r\n~1\r\n:1\r\n>1\r\n+m\r\n|1\r\n+a\r\n+b\r\n:9\r\n", frames,
		"(nil)", "true", ",1.5", "(12345678901234567890", "!ERR", "=txt:x", "%[+k 1]", "~[1]", ">[+m]", "9", "EOF")
	everyCut(t, "*2\r\n:1\r\n$5\r\nab", frames, "unexpected EOF")
	for _, bad := range []string{"x\r\n", ":x\r\n", "$x\r\n", "*-2\r\n", "$999999999999\r\n", "#x\r\n", strings.Repeat("*1\r\n", 100) + ":1\r\n"} {
		got := frames(single(bad))
		if len(got) != 1 || !strings.HasPrefix(got[0], "frame: ") {
			t.Errorf("%.50q: %q", bad, got)
		}
	}
}

// What is written is read as it was.
func TestRoundTrip(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		f := randomFrame(r, 3)
		var b Buffer
		b.Three = true
		b.Frame(f)
		src := &pieces{}
		for data := b.Bytes; len(data) > 0; {
			n := 1 + r.IntN(len(data))
			src.list = append(src.list, data[:n:n])
			data = data[n:]
		}
		got, err := NewReader(src).ReadFrame()
		if err != nil || got.String() != f.String() {
			t.Fatalf("seed %d: %q: got %v, %v, want %v", seed, b.Bytes, got, err, f)
		}
	}
}

func randomFrame(r *rand.Rand, depth int) Frame {
	kinds := []Kind{Simple, Error, Int, Bulk, Null, Bool, Double, Big, BulkError, Verbatim, List, Map, Set, Push}
	f := Frame{Kind: kinds[r.IntN(len(kinds))]}
	switch f.Kind {
	case Int:
		f.Int = r.Int64() - r.Int64()
	case Bool:
		f.Int = int64(r.IntN(2))
	case Null:
	case Bulk, BulkError, Verbatim:
		f.Text = bytes.Repeat([]byte{byte(r.IntN(256))}, r.IntN(20000))
	case List, Map, Set, Push:
		if depth == 0 {
			return Frame{Kind: Null}
		}
		f.List = make([]Frame, 2*r.IntN(3))
		for i := range f.List {
			f.List[i] = randomFrame(r, depth-1)
		}
	default:
		f.Text = []byte(strconv.Itoa(r.IntN(1000)))
	}
	return f
}

// A sink counts the writes.
type sink struct {
	bytes.Buffer
	writes int
	fail   error
}

func (s *sink) PollWrite(_ *rt.Context, _ *rt.Turn, b []byte) rt.Poll[int] {
	s.writes++
	if s.fail != nil {
		return rt.Fail[int](s.fail)
	}
	return rt.Finish(s.Write(b))
}

func (s *sink) CancelWrite(*rt.Turn) {}

func TestWriter(t *testing.T) {
	var s sink
	w := NewWriter(&s)
	for range 100 {
		if err := w.WriteFrame(Frame{Kind: Simple, Text: []byte("OK")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil || s.writes != 1 || s.String() != strings.Repeat("+OK\r\n", 100) {
		t.Errorf("%v, %d writes, %q", err, s.writes, s.String())
	}
	s.fail = errors.New("no")
	w.Simple("OK")
	if err := w.Flush(); err != s.fail {
		t.Error(err)
	}
}

// An error is one line, whatever it quotes.
func TestErrorText(t *testing.T) {
	var b Buffer
	b.Error("ERR a\r\nb\n\r")
	if got := string(b.Bytes); got != "-ERR a  b\r\n" {
		t.Errorf("%q", got)
	}
}

// ParseInt accepts just what is written by AppendInt.
func TestParseInt(t *testing.T) {
	for _, n := range []int64{0, 1, -1, 9, 10, math.MaxInt64, math.MinInt64, -100} {
		if got, ok := ParseInt(strconv.AppendInt(nil, n, 10)); got != n || !ok {
			t.Errorf("%d: %d, %v", n, got, ok)
		}
	}
	for _, s := range []string{"", "-", "+1", "01", "-0", "-01", " 1", "1 ", "1x", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999"} {
		if n, ok := ParseInt([]byte(s)); ok {
			t.Errorf("%q: %d", s, n)
		}
	}
}

// A command that was read whole costs no allocation.
func TestAllocations(t *testing.T) {
	stream := []byte("*3\r\n$3\r\nSET\r\n$5\r\nhello\r\n$5\r\nworld\r\n")
	r := NewReader(&pieces{})
	n := testing.AllocsPerRun(100, func() {
		r.data = stream
		if args, ok, err := r.NextCommand(); len(args) != 3 || !ok || err != nil {
			t.Fatal(args, ok, err)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
