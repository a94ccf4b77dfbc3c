package server

import (
	"math"

	"github.com/asyncgen/asyncgen/examples/miniredis/store"
)

var sortedCommands = []command{
	{name: "zadd", arity: -4, flags: "write denyoom fast", first: 1, last: 1, step: 1, run: zadd},
	{name: "zrange", arity: -4, flags: "readonly", first: 1, last: 1, step: 1, run: zrange},
}

// zaddOptions are the options of ZADD.
type zaddOptions struct{ onlyNew, onlyOld, greater, less, changed, incr bool }

// parse reads the options at the beginning of args, and returns the rest.
func (o *zaddOptions) parse(args [][]byte) [][]byte {
	for ; len(args) > 0; args = args[1:] {
		switch a := args[0]; {
		case is(a, "nx"):
			o.onlyNew = true
		case is(a, "xx"):
			o.onlyOld = true
		case is(a, "gt"):
			o.greater = true
		case is(a, "lt"):
			o.less = true
		case is(a, "ch"):
			o.changed = true
		case is(a, "incr"):
			o.incr = true
		default:
			return args
		}
	}
	return args
}

// problem says what is wrong with the options for that many arguments behind them.
func (o *zaddOptions) problem(args int) string {
	switch {
	case args == 0 || args%2 != 0:
		return syntaxError
	case o.onlyNew && o.onlyOld:
		return "ERR XX and NX options at the same time are not compatible"
	case o.greater && o.onlyNew || o.less && o.onlyNew || o.greater && o.less:
		return "ERR GT, LT, and/or NX options at the same time are not compatible"
	case o.incr && args > 2:
		return "ERR INCR option supports a single increment-element pair"
	}
	return ""
}

func zadd(x *call) {
	var o zaddOptions
	pairs := o.parse(x.args[2:])
	if problem := o.problem(len(pairs)); problem != "" {
		x.out.Error(problem)
		return
	}
	scores := make([]float64, len(pairs)/2)
	for i := range scores {
		var ok bool
		if scores[i], ok = parseFloat(pairs[2*i]); !ok {
			x.out.Error(notFloat)
			return
		}
	}
	e, z, ok := value[*store.SortedSet](x, x.args[1])
	if !ok {
		return
	}
	if e == nil && o.onlyOld {
		x.zaddReply(&o, 0, 0, false)
		return
	}
	if e == nil {
		z = store.NewSortedSet()
		e = x.db.Put(x.args[1], z)
	}
	var count int
	var last float64
	var done bool
	for i, score := range scores {
		n, result, ok, problem := o.apply(z, pairs[2*i+1], score)
		if problem != "" {
			x.db.Trim(e)
			x.out.Error(problem)
			return
		}
		count += n
		last, done = result, ok
	}
	x.db.Trim(e)
	x.zaddReply(&o, count, last, done)
}

// apply adds a member or changes its score. It returns what that counts, the score, and whether
// the options let it do so.
func (o *zaddOptions) apply(z *store.SortedSet, name []byte, score float64) (n int, result float64, done bool, problem string) {
	old, there := z.Score(name)
	switch {
	case there && o.onlyNew || !there && o.onlyOld:
		return 0, 0, false, ""
	case there && o.incr:
		if score += old; math.IsNaN(score) {
			return 0, 0, false, "ERR resulting score is not a number (NaN)"
		}
	}
	if there && (o.less && score >= old || o.greater && score <= old) {
		return 0, 0, false, ""
	}
	added := z.Set(string(name), score+0) // which makes 0 of -0
	if added || o.changed && score != old {
		n = 1
	}
	return n, score, true, ""
}

func (x *call) zaddReply(o *zaddOptions, count int, score float64, done bool) {
	switch {
	case o.incr && done:
		x.out.Double(score)
	case o.incr:
		x.out.Null()
	default:
		x.out.Int(int64(count))
	}
}
