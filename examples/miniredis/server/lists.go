package server

import (
	"bytes"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/examples/miniredis/store"
)

var listCommands = []command{
	{name: "lpush", arity: -3, flags: "write denyoom fast", first: 1, last: 1, step: 1, run: func(x *call) { x.push((*store.List).PushFront) }},
	{name: "rpush", arity: -3, flags: "write denyoom fast", first: 1, last: 1, step: 1, run: func(x *call) { x.push((*store.List).PushBack) }},
	{name: "lpop", arity: -2, flags: "write fast", first: 1, last: 1, step: 1, run: func(x *call) { x.pop((*store.List).PopFront) }},
	{name: "rpop", arity: -2, flags: "write fast", first: 1, last: 1, step: 1, run: func(x *call) { x.pop((*store.List).PopBack) }},
	{name: "lrange", arity: 4, flags: "readonly", first: 1, last: 1, step: 1, run: lrange},
	{name: "llen", arity: 2, flags: "readonly fast", first: 1, last: 1, step: 1, run: llen},
}

// push adds the arguments to the list of the first key.
func (x *call) push(add func(*store.List, []byte)) {
	e, l, ok := value[*store.List](x, x.args[1])
	if !ok {
		return
	}
	if e == nil {
		l = &store.List{}
		x.db.Put(x.args[1], l)
	}
	for _, v := range x.args[2:] {
		add(l, bytes.Clone(v))
	}
	x.out.Int(int64(l.Len()))
}

// pop removes an element from the list of the first key, or as many as an argument says.
func (x *call) pop(take func(*store.List) []byte) {
	if len(x.args) > 3 {
		x.out.Error(wrongNumber(x.cmd))
		return
	}
	several, count := len(x.args) == 3, int64(1)
	if several {
		var ok bool
		if count, ok = frame.ParseInt(x.args[2]); !ok || count < 0 {
			x.out.Error("ERR value is out of range, must be positive")
			return
		}
	}
	e, l, ok := value[*store.List](x, x.args[1])
	switch {
	case !ok:
	case e == nil && several:
		x.out.NullList()
	case e == nil:
		x.out.Null()
	default:
		n := int(min(count, int64(l.Len())))
		if several {
			x.out.List(n)
		}
		for range n {
			x.out.Bulk(take(l))
		}
		x.db.Trim(e)
	}
}

func lrange(x *call) {
	from, ok := x.integer(x.args[2])
	if !ok {
		return
	}
	to, ok := x.integer(x.args[3])
	if !ok {
		return
	}
	e, l, ok := value[*store.List](x, x.args[1])
	switch {
	case !ok:
		return
	case e == nil:
		x.out.List(0)
		return
	}
	first, behind := clip(from, to, l.Len())
	x.out.List(behind - first)
	for i := first; i < behind; i++ {
		x.out.Bulk(l.At(i))
	}
}

func llen(x *call) {
	e, l, ok := value[*store.List](x, x.args[1])
	switch {
	case !ok:
	case e == nil:
		x.out.Int(0)
	default:
		x.out.Int(int64(l.Len()))
	}
}
