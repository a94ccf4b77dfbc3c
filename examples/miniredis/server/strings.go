package server

import (
	"bytes"
	"math"
	"strconv"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/examples/miniredis/store"
)

var stringCommands = []command{
	{name: "set", arity: -3, flags: "write denyoom", first: 1, last: 1, step: 1, run: set},
	{name: "get", arity: 2, flags: "readonly fast", first: 1, last: 1, step: 1, run: func(x *call) { x.get() }},
	{name: "mget", arity: -2, flags: "readonly fast", first: 1, last: -1, step: 1, run: mget},
	{name: "mset", arity: -3, flags: "write denyoom", first: 1, last: -1, step: 2, run: mset},
	{name: "incr", arity: 2, flags: "write denyoom fast", first: 1, last: 1, step: 1, run: func(x *call) { x.add(1) }},
	{name: "decr", arity: 2, flags: "write denyoom fast", first: 1, last: 1, step: 1, run: func(x *call) { x.add(-1) }},
	{name: "incrby", arity: 3, flags: "write denyoom fast", first: 1, last: 1, step: 1, run: incrBy},
	{name: "decrby", arity: 3, flags: "write denyoom fast", first: 1, last: 1, step: 1, run: decrBy},
	{name: "append", arity: 3, flags: "write denyoom fast", first: 1, last: 1, step: 1, run: appendTo},
}

// put gives a key a string. The memory of the old one is used again, unless it is much too
// large. Whether the key ends is left as it is.
func (x *call) put(key, v []byte) *store.Entry {
	if e := x.entry(key); e != nil {
		s, ok := e.Value.(*store.String)
		if !ok || cap(s.Bytes) < len(v) || cap(s.Bytes) > 2*len(v)+64 {
			s = &store.String{Bytes: make([]byte, 0, len(v))}
			e.Value = s
		}
		s.Bytes = append(s.Bytes[:0], v...)
		return e
	}
	return x.db.Put(key, &store.String{Bytes: bytes.Clone(v)})
}

// setOptions are the options of SET.
type setOptions struct {
	onlyNew, onlyOld, get, keepTTL bool
	unit                           string // ex, px, exat, pxat, or none
	when                           []byte
}

// parse reads the options, and reports whether they make sense.
func (o *setOptions) parse(args [][]byte) bool {
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case is(a, "nx") && !o.onlyOld:
			o.onlyNew = true
		case is(a, "xx") && !o.onlyNew:
			o.onlyOld = true
		case is(a, "get"):
			o.get = true
		case is(a, "keepttl") && o.unit == "":
			o.keepTTL = true
		case i+1 < len(args) && !o.keepTTL && o.setUnit(a):
			i++
			o.when = args[i]
		default:
			return false
		}
	}
	return true
}

// setUnit notes in which form the end is given, and reports whether it is one, and the only one.
func (o *setOptions) setUnit(arg []byte) bool {
	for _, unit := range []string{"ex", "px", "exat", "pxat"} {
		if is(arg, unit) {
			same := o.unit == "" || o.unit == unit
			o.unit = unit
			return same
		}
	}
	return false
}

func set(x *call) {
	key, v := x.args[1], x.args[2]
	if len(x.args) == 3 {
		if e := x.put(key, v); e != nil {
			x.db.Persist(e)
		}
		x.ok()
		return
	}
	var o setOptions
	if !o.parse(x.args[3:]) {
		x.out.Error(syntaxError)
		return
	}
	var at int64
	if o.unit != "" {
		var ok bool
		if at, ok = x.setEnd(&o); !ok {
			return
		}
	}
	if o.get && !x.get() {
		return
	}
	if e := x.entry(key); o.onlyNew && e != nil || o.onlyOld && e == nil {
		if !o.get {
			x.out.Null()
		}
		return
	}
	e := x.put(key, v)
	if !o.keepTTL {
		x.db.Persist(e)
	}
	if o.unit != "" {
		x.endAt(e, at)
	}
	if !o.get {
		x.ok()
	}
}

// setEnd returns when the key is to end, or answers that this is no time.
func (x *call) setEnd(o *setOptions) (at int64, ok bool) {
	if at, ok = x.integer(o.when); !ok {
		return 0, false
	}
	seconds, relative := o.unit[0] == 'e', len(o.unit) == 2
	bad := at <= 0 || seconds && at > math.MaxInt64/1000
	if seconds {
		at *= 1000
	}
	if relative {
		bad = bad || at > math.MaxInt64-x.now
		at += x.now
	}
	if bad {
		x.out.Error(badTime(x.cmd))
	}
	return at, !bad
}

// get answers the string of the first key, and reports whether it is one.
func (x *call) get() bool {
	e, s, ok := value[*store.String](x, x.args[1])
	switch {
	case !ok:
		return false
	case e == nil:
		x.out.Null()
	default:
		x.out.Bulk(s.Bytes)
	}
	return true
}

func mget(x *call) {
	x.out.List(len(x.args) - 1)
	for _, key := range x.args[1:] {
		e := x.entry(key)
		if e == nil {
			x.out.Null()
		} else if s, ok := e.Value.(*store.String); ok {
			x.out.Bulk(s.Bytes)
		} else {
			x.out.Null()
		}
	}
}

func mset(x *call) {
	if len(x.args)%2 == 0 {
		x.out.Error(wrongNumber(x.cmd))
		return
	}
	for i := 1; i < len(x.args); i += 2 {
		x.db.Persist(x.put(x.args[i], x.args[i+1]))
	}
	x.ok()
}

func incrBy(x *call) {
	if n, ok := x.integer(x.args[2]); ok {
		x.add(n)
	}
}

func decrBy(x *call) {
	n, ok := x.integer(x.args[2])
	switch {
	case !ok:
	case n == math.MinInt64:
		x.out.Error("ERR decrement would overflow")
	default:
		x.add(-n)
	}
}

// add adds n to the number of the first key, which is 0 if it is not there.
func (x *call) add(n int64) {
	e, s, ok := value[*store.String](x, x.args[1])
	if !ok {
		return
	}
	var old int64
	if e != nil {
		if old, ok = frame.ParseInt(s.Bytes); !ok {
			x.out.Error(notInteger)
			return
		}
	}
	if n > 0 && old > math.MaxInt64-n || n < 0 && old < math.MinInt64-n {
		x.out.Error("ERR increment or decrement would overflow")
		return
	}
	if e == nil {
		s = &store.String{}
		x.db.Put(x.args[1], s)
	}
	s.Bytes = strconv.AppendInt(s.Bytes[:0], old+n, 10)
	x.out.Int(old + n)
}

func appendTo(x *call) {
	e, s, ok := value[*store.String](x, x.args[1])
	if !ok {
		return
	}
	if e == nil {
		s = &store.String{}
		x.db.Put(x.args[1], s)
	}
	if len(s.Bytes)+len(x.args[2]) > 512<<20 {
		x.out.Error("ERR string exceeds maximum allowed size (proto-max-bulk-len)")
		return
	}
	s.Bytes = append(s.Bytes, x.args[2]...)
	x.out.Int(int64(len(s.Bytes)))
}
