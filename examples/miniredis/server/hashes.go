package server

import (
	"bytes"

	"github.com/asyncgen/asyncgen/examples/miniredis/store"
)

// Hashes and sets.
var hashCommands = []command{
	{name: "hset", arity: -4, flags: "write denyoom fast", first: 1, last: 1, step: 1, run: hset},
	{name: "hget", arity: 3, flags: "readonly fast", first: 1, last: 1, step: 1, run: hget},
	{name: "hgetall", arity: 2, flags: "readonly", first: 1, last: 1, step: 1, run: hgetAll},
}

var setCommands = []command{
	{name: "sadd", arity: -3, flags: "write denyoom fast", first: 1, last: 1, step: 1, run: sadd},
	{name: "smembers", arity: 2, flags: "readonly", first: 1, last: 1, step: 1, run: smembers},
}

func hset(x *call) {
	if len(x.args)%2 == 1 {
		x.out.Error(wrongNumber(x.cmd))
		return
	}
	e, h, ok := value[*store.Hash](x, x.args[1])
	if !ok {
		return
	}
	if e == nil {
		h = &store.Hash{}
		x.db.Put(x.args[1], h)
	}
	added := 0
	for i := 2; i < len(x.args); i += 2 {
		if h.Set(x.args[i], bytes.Clone(x.args[i+1])) {
			added++
		}
	}
	x.out.Int(int64(added))
}

func hget(x *call) {
	e, h, ok := value[*store.Hash](x, x.args[1])
	if !ok {
		return
	}
	if e != nil {
		if v, ok := h.Get(x.args[2]); ok {
			x.out.Bulk(v)
			return
		}
	}
	x.out.Null()
}

func hgetAll(x *call) {
	e, h, ok := value[*store.Hash](x, x.args[1])
	switch {
	case !ok:
		return
	case e == nil:
		x.out.Map(0)
		return
	}
	x.out.Map(h.Len())
	for _, f := range h.Fields() {
		x.out.BulkString(f.Name)
		x.out.Bulk(f.Value)
	}
}

func sadd(x *call) {
	e, s, ok := value[*store.Set](x, x.args[1])
	if !ok {
		return
	}
	if e == nil {
		s = &store.Set{}
		x.db.Put(x.args[1], s)
	}
	added := 0
	for _, m := range x.args[2:] {
		if s.Add(m) {
			added++
		}
	}
	x.out.Int(int64(added))
}

func smembers(x *call) {
	e, s, ok := value[*store.Set](x, x.args[1])
	switch {
	case !ok:
		return
	case e == nil:
		x.out.Set(0)
		return
	}
	x.out.Set(s.Len())
	for _, m := range s.Members() {
		x.out.BulkString(m)
	}
}
