package server

import (
	"math"
	"strings"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/examples/miniredis/store"
)

// zrangeOptions are the options of ZRANGE.
type zrangeOptions struct {
	by            byte // 's' for scores, 'l' for names, otherwise places
	rev, scores   bool
	offset, limit int64
}

// parse reads the options, or says what is wrong with them.
func (o *zrangeOptions) parse(x *call, args [][]byte) bool {
	o.limit = -1
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case is(a, "withscores"):
			o.scores = true
		case is(a, "limit") && i+2 < len(args):
			var ok1, ok2 bool
			if o.offset, ok1 = x.integer(args[i+1]); !ok1 {
				return false
			}
			if o.limit, ok2 = x.integer(args[i+2]); !ok2 {
				return false
			}
			i += 2
		case is(a, "rev") && !o.rev:
			o.rev = true
		case is(a, "bylex") && o.by == 0:
			o.by = 'l'
		case is(a, "byscore") && o.by == 0:
			o.by = 's'
		default:
			x.out.Error(syntaxError)
			return false
		}
	}
	switch {
	case o.limit != -1 && o.by == 0:
		x.out.Error("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
		return false
	case o.scores && o.by == 'l':
		x.out.Error("ERR syntax error, WITHSCORES not supported in combination with BYLEX")
		return false
	}
	return true
}

func zrange(x *call) {
	var o zrangeOptions
	if !o.parse(x, x.args[4:]) {
		return
	}
	low, high := x.args[2], x.args[3]
	if o.rev && o.by != 0 {
		low, high = high, low
	}
	find, problem := o.bounds(low, high)
	if problem != "" {
		x.out.Error(problem)
		return
	}
	e, z, ok := value[*store.SortedSet](x, x.args[1])
	switch {
	case !ok:
	case e == nil:
		x.out.List(0)
	default:
		x.zrangeReply(&o, o.collect(z, find))
	}
}

// A finder finds the first and the last member of a range, nil if it is empty, and how many
// there are at most.
type finder func(z *store.SortedSet) (first, last *store.Member, most int)

// bounds returns how to find the range between two arguments.
func (o *zrangeOptions) bounds(low, high []byte) (f finder, problem string) {
	switch o.by {
	case 's':
		above, ok1 := scoreBound(low, false)
		below, ok2 := scoreBound(high, true)
		if !ok1 || !ok2 {
			return nil, "ERR min or max is not a float"
		}
		return between(above, below), ""
	case 'l':
		above, ok1 := nameBound(low, false)
		below, ok2 := nameBound(high, true)
		if !ok1 || !ok2 {
			return nil, "ERR min or max not valid string range item"
		}
		return between(above, below), ""
	}
	from, ok1 := frame.ParseInt(low)
	to, ok2 := frame.ParseInt(high)
	if !ok1 || !ok2 {
		return nil, notInteger
	}
	return func(z *store.SortedSet) (first, last *store.Member, most int) {
		a, b := clip(from, to, z.Len())
		if a == b {
			return nil, nil, 0
		}
		if o.rev {
			a, b = z.Len()-b, z.Len()-a
		}
		return z.At(a), z.At(b - 1), b - a
	}, ""
}

// between finds the members that are above one bound and not above another: a bound is true for
// those on its lower side.
func between(low, high func(*store.Member) bool) finder {
	return func(z *store.SortedSet) (first, last *store.Member, most int) {
		first, last = z.First(low), z.Last(high)
		if first == nil || last == nil || low(last) || !high(first) {
			return nil, nil, 0
		}
		return first, last, math.MaxInt
	}
}

// scoreBound reads a score, behind a parenthesis if the bound itself does not belong to the
// range. What is returned is true for members below a lower bound, or up to an upper one.
func scoreBound(arg []byte, upper bool) (func(*store.Member) bool, bool) {
	text, open := strings.CutPrefix(cString(arg, len(arg)), "(")
	text = strings.TrimLeft(text, " \t\n\v\f\r")
	bound, err := 0.0, error(nil)
	if text != "" { // strtod finds 0 in an empty string
		bound, err = strtod(text)
	}
	if err != nil && !math.IsInf(bound, 0) || math.IsNaN(bound) {
		return nil, false
	}
	return func(m *store.Member) bool {
		return m.Score < bound || m.Score == bound && open != upper
	}, true
}

// nameBound is scoreBound for names: "[name", "(name", "-" or "+".
func nameBound(arg []byte, upper bool) (func(*store.Member) bool, bool) {
	switch {
	case string(arg) == "-":
		return func(*store.Member) bool { return false }, true
	case string(arg) == "+":
		return func(*store.Member) bool { return true }, true
	case len(arg) == 0 || arg[0] != '[' && arg[0] != '(':
		return nil, false
	}
	open, bound := arg[0] == '(', string(arg[1:])
	return func(m *store.Member) bool {
		return m.Name < bound || m.Name == bound && open != upper
	}, true
}

// collect returns the members of the range, without those that LIMIT leaves out.
func (o *zrangeOptions) collect(z *store.SortedSet, find finder) (all []*store.Member) {
	m, end, most := find(z)
	next := (*store.Member).Next
	if o.rev {
		m, end, next = end, m, (*store.Member).Prev
	}
	if o.limit >= 0 {
		most = int(min(int64(most), o.limit))
	}
	if o.offset < 0 {
		return nil
	}
	for skip := o.offset; m != nil && len(all) < most; m = next(m) {
		if skip > 0 {
			skip--
		} else {
			all = append(all, m)
		}
		if m == end {
			break
		}
	}
	return all
}

// zrangeReply answers members, in RESP3 as pairs if there are scores.
func (x *call) zrangeReply(o *zrangeOptions, all []*store.Member) {
	n := len(all)
	if o.scores && !x.out.Three {
		n *= 2
	}
	x.out.List(n)
	for _, m := range all {
		if o.scores && x.out.Three {
			x.out.List(2)
		}
		x.out.BulkString(m.Name)
		if o.scores {
			x.out.Double(m.Score)
		}
	}
}
