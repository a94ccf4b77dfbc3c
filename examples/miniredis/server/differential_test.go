package server

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
)

// request is the stream of a command, whose words stand in a line.
func request(line string) string {
	var b frame.Buffer
	b.Command(words(line)...)
	return string(b.Bytes)
}

// words splits a line at spaces; "" stands for a word without letters.
func words(line string) []string {
	list := strings.Fields(line)
	for i, w := range list {
		if w == `""` {
			list[i] = ""
		}
	}
	return list
}

// pipeline is the stream of the lines of a text, one command each.
func pipeline(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if len(strings.TrimSpace(line)) > 0 {
			b.WriteString(request(line))
		}
	}
	return b.String()
}

// TestLikeRedis sends the same commands to both servers and compares every byte of the replies.
func TestLikeRedis(t *testing.T) {
	network, addr := redisServer(t)
	s := start(t, Options{})
	for _, c := range cases {
		t.Run(strings.Fields(c)[0], func(t *testing.T) {
			stream := pipeline("FLUSHALL\n" + c)
			want := talk(t, network, addr, stream)
			got := talk(t, "tcp", s.Addr().String(), stream)
			if got != want {
				t.Errorf("%s\n%s", c, difference(want, got))
			}
		})
	}
}

// TestLikeRedis3 does the same in RESP3, less the numbers of the clients.
func TestLikeRedis3(t *testing.T) {
	network, addr := redisServer(t)
	s := start(t, Options{})
	for _, text := range append(cases, resp3) {
		stream := pipeline("FLUSHALL\nHELLO 3\n" + text)
		want := withoutID(talk(t, network, addr, stream))
		got := withoutID(talk(t, "tcp", s.Addr().String(), stream))
		if got != want {
			t.Errorf("%s\n%s", text, difference(want, got))
		}
	}
}

var clientID = regexp.MustCompile(`\$2\r\nid\r\n:\d+`)

// withoutID removes the number of the client from the replies to HELLO.
func withoutID(replies string) string { return clientID.ReplaceAllString(replies, "ID") }

// TestLikeRedisRaw does the same with streams that are not made of proper commands.
func TestLikeRedisRaw(t *testing.T) {
	network, addr := redisServer(t)
	s := start(t, Options{})
	for _, stream := range rawStreams() {
		want := talk(t, network, addr, stream)
		got := talk(t, "tcp", s.Addr().String(), stream)
		if got != want {
			t.Errorf("%q\n%s", abridge(stream), difference(want, got))
		}
	}
}

func abridge(s string) string {
	if len(s) > 300 {
		return s[:150] + " … " + s[len(s)-150:]
	}
	return s
}

// difference shows where two streams of replies part.
func difference(want, got string) string {
	same := 0
	for same < min(len(want), len(got)) && want[same] == got[same] {
		same++
	}
	from := max(0, same-80)
	return fmt.Sprintf("after %d bytes the same, redis: %q\nminiredis: %q", same,
		abridge(want[from:]), abridge(got[from:]))
}

// TestRandomStreams sends random pipelines, which are random too in how they are cut, and in
// every second round broken in some places.
func TestRandomStreams(t *testing.T) {
	network, addr := redisServer(t)
	s := start(t, Options{})
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rounds := 400
	if testing.Short() {
		rounds = 50
	}
	for round := range rounds {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, uint64(round)))}
		var stream strings.Builder
		for range 1 + g.IntN(60) {
			stream.WriteString(request(g.line()))
		}
		text := stream.String()
		if round%2 == 1 {
			text = g.damage(text)
		}
		want := withoutID(talk(t, network, addr, request("FLUSHALL"), text))
		got := withoutID(talk(t, "tcp", s.Addr().String(), slices.Insert(g.cut(text), 0, request("FLUSHALL"))...))
		if got != want && !(round%2 == 1 && beyond(want, got)) {
			t.Fatalf("seed %d, round %d: %q\n%s", seed, round, abridge(text), difference(want, got))
		}
	}
}

// beyond reports whether two streams of replies part where this server does not know a command: by
// chance, damage makes HLEN of LLEN, which only Redis knows.
func beyond(want, got string) bool {
	same := 0
	for same < min(len(want), len(got)) && want[same] == got[same] {
		same++
	}
	const unknown = "-ERR unknown command"
	return strings.HasPrefix(got[same:], unknown) || same > 0 && strings.HasPrefix(got[same-1:], unknown)
}

// TestUnordered compares the replies that have no order, by what is in them.
func TestUnordered(t *testing.T) {
	network, addr := redisServer(t)
	s := start(t, Options{})
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for round := range 40 {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, uint64(round)))}
		text := "FLUSHALL\n"
		for range 50 {
			text += g.line() + "\n"
		}
		text += "DISCARD\nRESET\n"
		for _, line := range append(g.unordered(), "SADD s x y z 1 2 3", "SMEMBERS s", "DBSIZE") {
			stream := pipeline(text + line)
			want := sorted(t, talk(t, network, addr, stream))
			got := sorted(t, talk(t, "tcp", s.Addr().String(), stream))
			if got != want {
				t.Fatalf("seed %d, round %d: %s\n%s", seed, round, line, difference(want, got))
			}
		}
	}
}

// sorted returns the last reply of a stream, with the lists in it sorted.
func sorted(t *testing.T, stream string) string {
	t.Helper()
	r := frame.NewReader(&source{data: []byte(stream)})
	var last frame.Frame
	for {
		f, err := r.ReadFrame()
		if err != nil {
			break
		}
		last = f
	}
	sortLists(last)
	return last.String()
}

func sortLists(f frame.Frame) {
	for _, e := range f.List {
		sortLists(e)
	}
	slices.SortFunc(f.List, func(a, b frame.Frame) int { return bytes.Compare([]byte(a.String()), []byte(b.String())) })
}
