package server

import (
	"math"
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/examples/miniredis/store"
)

var keyCommands = []command{
	{name: "del", arity: -2, flags: "write", first: 1, last: -1, step: 1, run: del},
	{name: "exists", arity: -2, flags: "readonly fast", first: 1, last: -1, step: 1, run: exists},
	{name: "expire", arity: -3, flags: "write fast", first: 1, last: 1, step: 1, run: func(x *call) { x.expire(1000) }},
	{name: "pexpire", arity: -3, flags: "write fast", first: 1, last: 1, step: 1, run: func(x *call) { x.expire(1) }},
	{name: "ttl", arity: 2, flags: "readonly fast", first: 1, last: 1, step: 1, run: func(x *call) { x.ttl(1000) }},
	{name: "pttl", arity: 2, flags: "readonly fast", first: 1, last: 1, step: 1, run: func(x *call) { x.ttl(1) }},
	{name: "persist", arity: 2, flags: "write fast", first: 1, last: 1, step: 1, run: persist},
	{name: "type", arity: 2, flags: "readonly fast", first: 1, last: 1, step: 1, run: typeOf},
	{name: "keys", arity: 2, flags: "readonly", dangerous: true, run: keys},
	{name: "scan", arity: -2, flags: "readonly", run: scan},
	{name: "dbsize", arity: 1, flags: "readonly fast", run: func(x *call) { x.out.Int(int64(x.db.Len())) }},
	{name: "flushall", arity: -1, flags: "write", dangerous: true, run: flushAll},
}

// badTime is the error of a time that is none.
func badTime(cmd *command) string { return "ERR invalid expire time in '" + cmd.name + "' command" }

func del(x *call) {
	n := 0
	for _, key := range x.args[1:] {
		if x.db.Delete(key, x.now) {
			n++
		}
	}
	x.out.Int(int64(n))
}

func exists(x *call) {
	n := 0
	for _, key := range x.args[1:] {
		if x.entry(key) != nil {
			n++
		}
	}
	x.out.Int(int64(n))
}

// expireCondition is when EXPIRE does what it says.
type expireCondition struct{ never, always, later, sooner bool }

// parse reads the options, or says what is wrong with them.
func (o *expireCondition) parse(args [][]byte) (problem string) {
	for _, a := range args {
		switch {
		case is(a, "nx"):
			o.never = true
		case is(a, "xx"):
			o.always = true
		case is(a, "gt"):
			o.later = true
		case is(a, "lt"):
			o.sooner = true
		default:
			return "ERR Unsupported option " + cString(a, len(a))
		}
	}
	switch {
	case o.never && (o.always || o.later || o.sooner):
		return "ERR NX and XX, GT or LT options at the same time are not compatible"
	case o.later && o.sooner:
		return "ERR GT and LT options at the same time are not compatible"
	}
	return ""
}

// holds reports whether an entry may be made to end at a time. One that does not end, ends later
// than all others.
func (o *expireCondition) holds(e *store.Entry, at int64) bool {
	old, ends := e.Ends()
	return !(o.never && ends || o.always && !ends ||
		o.later && (!ends || at <= old) || o.sooner && ends && at >= old)
}

// expire is EXPIRE in units of so many milliseconds.
func (x *call) expire(unit int64) {
	var when expireCondition
	if problem := when.parse(x.args[3:]); problem != "" {
		x.out.Error(problem)
		return
	}
	n, ok := x.integer(x.args[2])
	if !ok {
		return
	}
	if n > math.MaxInt64/unit || n < math.MinInt64/unit || n*unit > math.MaxInt64-x.now {
		x.out.Error(badTime(x.cmd))
		return
	}
	at := x.now + n*unit
	e := x.entry(x.args[1])
	if e == nil || !when.holds(e, at) {
		x.out.Int(0)
		return
	}
	if at <= x.now {
		x.db.Delete(x.args[1], x.now)
	} else {
		x.endAt(e, at)
	}
	x.out.Int(1)
}

// ttl is TTL in units of so many milliseconds, rounded.
func (x *call) ttl(unit int64) {
	e := x.entry(x.args[1])
	if e == nil {
		x.out.Int(-2)
		return
	}
	at, ok := e.Ends()
	if !ok {
		x.out.Int(-1)
		return
	}
	x.out.Int((at - x.now + unit/2) / unit)
}

func persist(x *call) {
	e := x.entry(x.args[1])
	x.out.Bool(e != nil && x.db.Persist(e))
}

func typeOf(x *call) {
	e := x.entry(x.args[1])
	if e == nil {
		x.out.Simple("none")
		return
	}
	x.out.Simple(e.Value.Type())
}

func keys(x *call) {
	var found []string
	x.db.Scan(0, x.db.Len(), func(e *store.Entry) {
		if e.Live(x.now) && match(x.args[1], e.Key) {
			found = append(found, e.Key)
		}
	})
	x.list(found)
}

// list answers a list of strings.
func (x *call) list(all []string) {
	x.out.List(len(all))
	for _, s := range all {
		x.out.BulkString(s)
	}
}

// parseCursor reads a cursor as strtoul does in C: there may be a sign, and even no digits.
func parseCursor(s string) (cursor uint64, ok bool) {
	if s == "" {
		return 0, true
	}
	digits, negative := strings.CutPrefix(s, "-")
	if !negative {
		digits = strings.TrimPrefix(s, "+")
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if negative {
		n = -n
	}
	return n, err == nil
}

func scan(x *call) {
	cursor, ok := parseCursor(string(x.args[1]))
	if !ok {
		x.out.Error("ERR invalid cursor")
		return
	}
	count, pattern, kind := int64(10), []byte("*"), []byte(nil)
	for rest := x.args[2:]; len(rest) > 0; rest = rest[2:] {
		switch {
		case len(rest) < 2:
			x.out.Error(syntaxError)
			return
		case is(rest[0], "count"):
			var ok bool
			if count, ok = frame.ParseInt(rest[1]); !ok {
				x.out.Error(notInteger)
				return
			}
			if count < 1 {
				x.out.Error(syntaxError)
				return
			}
		case is(rest[0], "match"):
			pattern = rest[1]
		case is(rest[0], "type"):
			kind = rest[1]
		default:
			x.out.Error(syntaxError)
			return
		}
	}
	var found []string
	cursor = x.db.Scan(cursor, int(count), func(e *store.Entry) {
		if e.Live(x.now) && (kind == nil || is(kind, e.Value.Type())) && match(pattern, e.Key) {
			found = append(found, e.Key)
		}
	})
	x.out.List(2)
	x.out.BulkString(strconv.FormatUint(cursor, 10))
	x.list(found)
}

func flushAll(x *call) {
	if len(x.args) > 2 || len(x.args) == 2 && !is(x.args[1], "sync") && !is(x.args[1], "async") {
		x.out.Error(syntaxError)
		return
	}
	x.srv.store.FlushAll()
	x.ok()
}
