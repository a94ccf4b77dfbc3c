package server

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/asyncgen/asyncgen/rt"
)

// A source is an aio.Reader of what is in memory.
type source struct{ data []byte }

func (s *source) PollRead(_ *rt.Context, _ *rt.Turn, b []byte) rt.Poll[int] {
	if len(s.data) == 0 {
		return rt.Fail[int](io.EOF)
	}
	n := copy(b, s.data)
	s.data = s.data[n:]
	return rt.Ready(n)
}

func (s *source) CancelRead(*rt.Turn) {}

// A generator makes random commands, on few keys, so that they meet each other's values.
type generator struct{ *rand.Rand }

// templates are commands with places to be filled: K a key, V a value, N a number, F a score, C a
// channel, O(a|b|) one of some words. What the replies of all of them are depends on neither time
// nor chance.
var templates = strings.Split(strings.TrimSpace(`
PING
PING V
ECHO V
SET K V O(EX|PX|) N0
SET K V O(NX|XX|NX GET|XX GET|GET|KEEPTTL|KEEPTTL GET|EX 100|PX 100000 GET|EX|NX XX|)
SET K N
GET K
MGET K K K
MSET K V K N
MSET K V K
DEL K
DEL K K
EXISTS K K K
INCR K
DECR K
INCRBY K N
DECRBY K N
APPEND K V
EXPIRE K N O(NX|XX|GT|LT|NX GT|GT LT|XX GT|foo|)
PEXPIRE K 100000
EXPIRE K 100
TTL K
PERSIST K
LPUSH K V V
RPUSH K V N V
LPOP K
RPOP K
LPOP K O(0|1|2|3|-1|x)
RPOP K O(0|1|2|3|-1|x|1 2)
LRANGE K N N
LRANGE K 0 -1
LLEN K
HSET K V V
HSET K V V V V
HSET K V V V
HGET K V
HGETALL K
SADD K N0 N0 N0
ZADD K F V F V
ZADD K O(NX|XX|GT|LT|CH|INCR|XX GT|NX GT|GT LT|CH XX|NX XX|INCR NX|GT INCR) F V
ZADD K F V F
ZRANGE K N N O(WITHSCORES|REV|REV WITHSCORES|LIMIT 0 1|)
ZRANGE K 0 -1 WITHSCORES
ZRANGE K B B BYSCORE O(REV|LIMIT 0 2|LIMIT 1 -1|WITHSCORES|REV LIMIT 1 1|LIMIT -1 2)
ZRANGE K O(-|+|[b|(c|[aa|x) O(-|+|[b|(c|[aa|x) BYLEX O(REV|LIMIT 0 2|LIMIT 1 -1|WITHSCORES|)
SUBSCRIBE C
SUBSCRIBE C C
UNSUBSCRIBE C
PSUBSCRIBE O(c*|[dx]*|?\\*)
PUNSUBSCRIBE O(c*|[dx]*|?\\*)
PUBLISH C V
MULTI
EXEC
EXEC
DISCARD
SELECT O(0|1|2|15|16|-1|x)
TYPE K
CLIENT GETNAME
CLIENT SETNAME O(bob|ann|"")
CLIENT FOO
HELLO O(4|x|3 FOO|2 AUTH a b|)
NOSUCH V K
GET
SET K
HGET K
RESET
`), "\n")

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

// line makes a command. Some that would hide what follows are rare.
func (g *generator) line() string {
	for {
		t := templates[g.IntN(len(templates))]
		first, _, _ := strings.Cut(t, " ")
		switch first {
		case "SUBSCRIBE", "PSUBSCRIBE", "MULTI", "RESET", "HELLO":
			if g.IntN(4) > 0 {
				continue
			}
		}
		if t == "HELLO O(4|x|3 FOO|2 AUTH a b|)" && g.IntN(2) == 0 {
			continue
		}
		return g.fill(t)
	}
}

// fill fills a template.
func (g *generator) fill(t string) string {
	for {
		from := strings.Index(t, "O(")
		if from < 0 {
			break
		}
		to := from + strings.Index(t[from:], ")")
		// A choice may have parentheses too, but only opening ones.
		t = t[:from] + g.pick(strings.Split(t[from+2:to], "|")...) + t[to+1:]
	}
	parts := strings.Fields(t)
	if len(parts) > 0 && parts[0] == "HELLO" && len(parts) == 1 {
		return "PING" // its reply has the number of the client
	}
	for i, w := range parts[1:] {
		switch w {
		case "K":
			w = g.pick("a", "b", "c", "d", "e")
		case "V":
			w = g.pick("x", "y", "12", "-7", "hello", `""`, "v"+fmt.Sprint(g.IntN(100)))
		case "N":
			w = g.pick("0", "1", "-1", "2", "-3", "10", "007", "x", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "+1", "-0", "1.5", `""`)
		case "N0":
			w = fmt.Sprint(100 + g.IntN(10))
		case "F":
			w = g.pick("0", "1", "-1", "2.5", "1e3", "inf", "-inf", "+inf", "nan", "0.1", "x", "1e400", "0x10", "3.0", `""`)
		case "B":
			w = g.pick("0", "(1", "-inf", "+inf", "(2.5", "(x", "1e3", "-1", "inf", "(-1")
		case "C":
			w = g.pick("c1", "c2", "d1", "x")
		}
		parts[i+1] = w
	}
	return strings.Join(parts, " ")
}

// unordered makes commands whose replies have no order, or more than one way to be right.
func (g *generator) unordered() []string {
	return []string{
		"KEYS *", "KEYS " + g.pick("?", "[a-c]", "[^a]", "a*", "nosuch", "\\a", "[c-a]", "[b"),
		"SCAN 0 COUNT 1000", "SCAN 0 COUNT 1000 TYPE " + g.pick("string", "list", "hash", "set", "zset", "foo"),
		"SCAN 0 MATCH " + g.pick("[ab]", "*", "x") + " COUNT 1000",
	}
}

// damage changes a few bytes of a stream.
func (g *generator) damage(text string) string {
	b := []byte(text)
	for range 1 + g.IntN(3) {
		i := g.IntN(len(b))
		switch g.IntN(4) {
		case 0:
			b[i] = byte(g.IntN(256))
		case 1:
			b = append(b[:i], b[i+1:]...)
		case 2:
			b = append(b[:i], append([]byte(g.pick("\r\n", "*", "$", "-1", "\x00", "\"", "'", "\n", "9")), b[i:]...)...)
		case 3:
			b = b[:i+1]
		}
		if len(b) == 0 {
			break
		}
	}
	return string(b)
}

// cut cuts a stream into pieces.
func (g *generator) cut(text string) (parts []string) {
	for len(text) > 0 {
		n := 1 + g.IntN(len(text))
		if g.IntN(2) == 0 {
			n = min(n, 1+g.IntN(8))
		}
		if len(parts) > 20 {
			n = len(text)
		}
		parts = append(parts, text[:n])
		text = text[n:]
	}
	return parts
}
