package progen

import "strings"

// A future comes from a constructor, and everything that the option dyn and type parameters
// change about that is here.

// twinFuture makes a call of the constructor of some function that keep accepts, and gives
// the function as it is instantiated there.
func (g *gen) twinFuture(depth int, keep func(*Func) bool) (*Node, *Func) {
	return g.call("func", depth, true, keep)
}

// call makes a call of some function of that kind, or of the constructor of its twin. Each
// call passes less fuel, so recursion ends.
func (g *gen) call(kind string, depth int, twin bool, keep func(*Func) bool) (*Node, *Func) {
	if g.calls == 0 {
		return nil, nil
	}
	var fits []*Func
	for _, f := range g.program.Funcs {
		if f.Kind != kind {
			continue
		}
		if len(f.TypeParams) > 0 {
			f = g.instantiated(f, g.fn)
		}
		if keep(f) {
			fits = append(fits, f)
			if f.Name == g.fn.Name && g.chance(6) {
				fits = []*Func{f}
				break
			}
		}
	}
	if len(fits) == 0 {
		return nil, nil
	}
	g.calls--
	f := fits[g.rng.IntN(len(fits))]
	name := f.Name
	if twin {
		name = f.constructor()
	}
	n := &Node{Kind: Expr, Callee: f.Name, Text: name + g.typeArguments(f)}
	args := []string{"fuel-1"}
	if f.Receiver != "" {
		n.Kids = append(n.Kids, g.expr(f.Receiver, min(depth, 1)))
		if n.Text = "@." + name; g.chance(8) {
			n.Text, args = "("+f.Receiver+")."+name, []string{"@", "fuel-1"}
		}
	}
	for i, p := range f.Params {
		if f.Variadic && i == len(f.Params)-1 && g.chance(2) {
			for range g.rng.IntN(3) {
				args = append(args, "@")
				n.Kids = append(n.Kids, g.expr(strings.TrimPrefix(p.Type, "[]"), depth))
			}
			break
		}
		hole := "@"
		if f.Variadic && i == len(f.Params)-1 {
			hole = "@..."
		}
		args = append(args, hole)
		n.Kids = append(n.Kids, g.expr(p.Type, depth))
	}
	n.Text += "(" + strings.Join(args, ", ") + ")"
	return n, f
}

// typeArguments gives those that the call of a function writes: none if Go can infer them.
func (g *gen) typeArguments(f *Func) string {
	if f.Receiver != "" {
		return ""
	}
	inferable := func() bool {
		for _, name := range g.program.find(f.Name).TypeParams {
			found := false
			for _, p := range g.program.find(f.Name).Params {
				found = found || strings.Contains(p.Type, name)
			}
			if !found {
				return false
			}
		}
		return true
	}
	if g.chance(2) && inferable() {
		return ""
	}
	return bracketed(f.TypeParams)
}

// twinCall makes an await of such a future, with the results of the function.
func (g *gen) twinCall(depth int, keep func(*Func) bool) (*Node, *Func) {
	n, f := g.twinFuture(depth, keep)
	if n != nil {
		if g.chance(8) { // through a parameter and a result
			n.Text = "same(" + n.Text + ")"
		}
		n.Text = f.awaitText(n.Text)
	}
	return n, f
}

// awaitText is the text of awaiting a future of f. The twin of a function with the option dyn
// yields a value and an error whatever f has.
func (f *Func) awaitText(future string) string {
	if !f.Dyn {
		return future + ".Await()"
	}
	values, hasErr := f.values()
	switch {
	case values == 1 && !hasErr:
		return "$First(#Await(" + future + "))"
	case values == 0 && hasErr:
		return "$Second(#Await(" + future + "))"
	}
	return "#Await(" + future + ")"
}

// values counts the results of f before an error at the end.
func (f *Func) values() (n int, hasErr bool) {
	n = len(f.Results)
	if n > 0 && f.Results[n-1].Type == "error" {
		return n - 1, true
	}
	return n, false
}

// constructor is the name of the function, or method, that makes a future of f.
func (f *Func) constructor() string {
	if f.As != "" {
		return f.As
	}
	return f.Name + map[string]string{"func": "Async", "gen": "Pull", "stream": "Stream"}[f.Kind]
}

// directive is the comment that has the twin generated.
func (f *Func) directive() string {
	text := "//async:" + f.Kind
	if f.As != "" {
		text += " as=" + f.As
	}
	if f.Dyn {
		text += " dyn"
	}
	return text
}
