package explain

import (
	"cmp"
	"fmt"
	"slices"
)

// This file draws the graph of the states. They stand below each other in the order of the source,
// as the awaits do, so that the picture can be read beside the code. An edge to the next state
// is a straight arrow; others run in lanes, those that go on to the right of the states, those
// that go back, of loops, to the left. Two edges share a lane only where they do not overlap.

// Measures of the drawing, in pixels.
const (
	boxWidth, boxHeight, pillHeight = 250, 58, 28
	rowGap                          = 30
	laneGap                         = 16
	margin                          = 14
	corner                          = 8
)

// A drawing is a graph with places.
type drawing struct {
	Width, Height int
	Boxes         []box
	Paths         []path
}

type box struct {
	*State
	Number     int
	X, Y, W, H int
}

// Middle is the height of the box's centre.
func (b box) Middle() int { return b.Y + b.H/2 }

type path struct {
	D        string // of the svg element
	From, To string // tags
}

// draw lays out the graph of m.
func (m *Machine) draw() drawing {
	at := map[*State]int{}
	for i, s := range m.States {
		at[s] = i
	}
	var ahead, back []span
	for _, e := range m.Edges {
		switch from, to := at[e.From], at[e.To]; {
		case to == from+1:
		case to > from:
			ahead = append(ahead, span{from, to, 0})
		default:
			back = append(back, span{from, to, 0})
		}
	}
	left, right := lanes(back), lanes(ahead)
	x := margin + left*laneGap
	d := drawing{Width: x + boxWidth + right*laneGap + margin}
	y := margin
	for i, s := range m.States {
		b := box{State: s, Number: i, X: x, Y: y, W: boxWidth, H: boxHeight}
		if s.Role != Suspended {
			b.H = pillHeight
		}
		d.Boxes = append(d.Boxes, b)
		y += b.H + rowGap
	}
	d.Height = y - rowGap + margin
	for _, e := range m.Edges {
		d.Paths = append(d.Paths, d.path(e, at, ahead, back))
	}
	return d
}

// path draws an edge.
func (d *drawing) path(e Edge, at map[*State]int, ahead, back []span) path {
	from, to := at[e.From], at[e.To]
	p := path{From: e.From.Tag, To: e.To.Tag}
	a, b := d.Boxes[from], d.Boxes[to]
	side := func(list []span) int {
		return slices.IndexFunc(list, func(s span) bool { return s.from == from && s.to == to })
	}
	switch {
	case to == from+1:
		x := a.X + a.W/2
		p.D = fmt.Sprintf("M%d %dV%d", x, a.Y+a.H, b.Y-3)
	case to > from:
		x := a.X + a.W
		p.D = around(x, a.Middle()+6, b.Middle()-6, x+(ahead[side(ahead)].lane+1)*laneGap)
	default:
		p.D = around(a.X, a.Middle()+7, b.Middle()-7, a.X-(back[side(back)].lane+1)*laneGap)
	}
	return p
}

// around draws a line from the side of one box to that of another through a lane at lx.
func around(x, y1, y2, lx int) string {
	r := corner
	out, down := r, r // towards the lane, and along it
	if lx < x {
		out = -r
	}
	if y2 < y1 {
		down = -r
	}
	end := x + 3
	if lx < x {
		end = x - 3
	}
	return fmt.Sprintf("M%d %dH%dQ%d %d %d %dV%dQ%d %d %d %dH%d",
		x, y1, lx-out, lx, y1, lx, y1+down, y2-down, lx, y2, lx-out, y2, end)
}

// A span is an edge in a lane.
type span struct{ from, to, lane int }

// lanes gives every span the first lane in which it overlaps no other, short spans first so that
// they run inside long ones, and returns how many lanes there are.
func lanes(spans []span) (n int) {
	low := func(s span) int { return min(s.from, s.to) }
	high := func(s span) int { return max(s.from, s.to) }
	slices.SortStableFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(high(a)-low(a), high(b)-low(b)), cmp.Compare(low(a), low(b)))
	})
	for i := range spans {
		clash := func(o span) bool {
			return o.lane == spans[i].lane && low(o) <= high(spans[i]) && low(spans[i]) <= high(o)
		}
		for slices.ContainsFunc(spans[:i], clash) {
			spans[i].lane++
		}
		n = max(n, spans[i].lane+1)
	}
	return n
}
