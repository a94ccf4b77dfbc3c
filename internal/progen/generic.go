package progen

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// constraints are the type parameters that generated functions may have. A name always has
// the same constraint, so that it says what can be done with values of that type.
var constraints = map[string]string{
	"TA": "any", "TB": "any", "TS": "Shape", "TN": "number", "TC": "comparable",
}

// typeArguments are types that satisfy each constraint. A program uses few of them, see
// [Program.draw]: each is one more copy of a function for the Go compiler.
var typeArguments = map[string][]string{
	"any":        {"int", "string", "[]int", "Pt", "*Pt", "any", "error", "[3]int", "TA", "TB", "TN", "TC", "TS"},
	"Shape":      {"Num", "Pt", "*Pt", "Shape", "Emb", "TS"},
	"number":     {"int", "uint8", "float64", "Num", "TN"},
	"comparable": {"int", "string", "*Pt", "[3]int", "Num", "TC", "TN"},
}

var paramNames = regexp.MustCompile(`\bT[ABSNC]\b`)

// typeParams draws the type parameters of a new function; a method has those of its receiver.
func (g *gen) typeParams(receiver string, none bool) []string {
	if receiver != "" || none || !g.chance(4) {
		return paramNames.FindAllString(receiver, -1)
	}
	var out []string
	for _, name := range []string{"TA", "TB", "TS", "TN", "TC"} {
		if g.chance(3) {
			out = append(out, name)
		}
	}
	return out
}

// typeParams is how the declaration of f lists them: nothing for a method.
func (f *Func) typeParams() string {
	if f.Receiver != "" {
		return ""
	}
	return declared(f.TypeParams)
}

// declared lists type parameters with their constraints, in brackets.
func declared(names []string) string {
	var out []string
	for _, name := range names {
		out = append(out, name+" "+constraints[name])
	}
	return bracketed(out)
}

func bracketed(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// has reports whether the types that t mentions exist in f: type parameters may be others'.
func (f *Func) has(t string) bool {
	for _, name := range paramNames.FindAllString(t, -1) {
		if !strings.Contains(strings.Join(f.TypeParams, " "), name) {
			return false
		}
	}
	return true
}

// draw chooses the type arguments that p uses.
func (p *Program) draw(r *rand.Rand) {
	p.typeArguments = map[string][]string{}
	for _, c := range slices.Sorted(maps.Keys(typeArguments)) {
		var own, params []string
		for _, t := range typeArguments[c] {
			if constraints[t] != "" {
				params = append(params, t)
			} else {
				own = append(own, t)
			}
		}
		p.typeArguments[c] = append(params, own[r.IntN(len(own))])
	}
}

// instantiated copies the signature of f with type arguments that exist in where.
func (g *gen) instantiated(f, where *Func) *Func {
	c := *f
	args := map[string]string{}
	c.TypeParams = nil
	for _, name := range f.TypeParams {
		arg := "TA"
		for arg = name; arg == name && !(where.has(arg) && g.chance(2)) || !where.has(arg); {
			arg = g.pick(g.program.typeArguments[constraints[name]]...)
		}
		args[name] = arg
		c.TypeParams = append(c.TypeParams, arg)
	}
	subst := func(t string) string {
		return paramNames.ReplaceAllStringFunc(t, func(name string) string { return args[name] })
	}
	list := func(of []Param) (out []Param) {
		for _, p := range of {
			out = append(out, Param{p.Name, subst(p.Type)})
		}
		return out
	}
	c.Receiver, c.Params, c.Results = subst(f.Receiver), list(f.Params), list(f.Results)
	return &c
}

// structural makes a value of a type that is made of others: a slice, a box.
func (g *gen) structural(t string, depth int) *Node {
	if v := g.variable(t); v != nil && !g.chance(3) {
		return v
	}
	elem, text := element(t)
	if elem == "" {
		panic("progen: no expression of type " + t)
	}
	if !strings.Contains(text, "@") {
		return g.ex(t, text)
	}
	return g.ex(t, text, g.expr(elem, depth-1))
}

// element finds the type that t is made of, and the text of a value, mostly with a hole for one.
func element(t string) (elem, text string) {
	switch {
	case strings.HasPrefix(t, "[]"):
		return t[2:], t + "{@}"
	case strings.HasPrefix(t, "Box["):
		return t[4 : len(t)-1], t + "{V: @}"
	case strings.HasPrefix(t, "*Box["):
		return t[5 : len(t)-1], "(&" + t[1:] + "{V: @})"
	case strings.HasPrefix(t, "func("):
		elem, _, _ = strings.Cut(t[5:], ") ")
		return elem, "same[" + elem + "]"
	}
	return "", ""
}

// genericTypes are types that mention type parameters. Only functions that have these use them.
var genericTypes = []typ{
	{"TA", 8, []string{"zero[TA]()"}},
	{"TB", 6, []string{"zero[TB]()"}},
	{"TS", 6, []string{"zero[TS]()"}},
	{"TN", 8, []string{"TN(3)", "TN(5)", "TN(0)"}},
	{"TC", 6, []string{"zero[TC]()"}},
	{"[]TA", 3, []string{"[]TA{zero[TA]()}", "[]TA(nil)"}},
	{"Box[TA]", 4, []string{"Box[TA]{}", "Box[TA]{N: 2}"}},
	{"*Box[TA]", 4, []string{"(&Box[TA]{N: 1})", "(&Box[TA]{})", "(*Box[TA])(nil)"}},
	{"func(TA) TA", 2, []string{"same[TA]"}},
}

// genericRows make and use values of those types.
var genericRows = []row{
	{"int", "param-convert", 3, "int(@)", []string{"TN"}},
	{"int", "param-method", 3, "@.Val()", []string{"TS"}},
	{"int", "param-len", 2, "len(@)", []string{"[]TA"}},
	{"int", "box-field", 2, "@.N", []string{"Box[TA]"}},
	{"int", "box-method", 2, "@.Count()", []string{"*Box[TA]"}},
	{"func() int", "param-method-value", 2, "@.Val", []string{"TS"}},
	{"bool", "param-compare", 3, "(@ < @)", []string{"TN", "TN"}},
	{"bool", "param-equal", 3, "(@ == @)", []string{"TC", "TC"}},
	{"string", "param-show", 1, "$Show(@)", []string{"TA"}},
	{"string", "param-show", 1, "$Show(@)", []string{"Box[TA]"}},
	{"any", "param-any", 4, "any(@)", []string{"TA"}},
	{"any", "param-any", 2, "any(@)", []string{"TB"}},
	{"any", "param-any", 1, "any(@)", []string{"Box[TA]"}},
	{"Shape", "param-interface", 3, "Shape(@)", []string{"TS"}},

	{"TN", "param-sum", 4, "(@ + @)", []string{"TN", "TN"}},
	{"TN", "param-product", 2, "(@ * @)", []string{"TN", "TN"}},
	{"TN", "param-quotient", 1, "(@ / (@ + 1))", []string{"TN", "TN"}},
	{"TN", "param-convert", 3, "TN(@ & 63)", []string{"int"}},
	{"TN", "param-min", 2, "min(@, @)", []string{"TN", "TN"}},
	{"TA", "param-index", 3, "@[@]", []string{"[]TA", index}},
	{"TA", "box-field", 3, "@.V", []string{"Box[TA]"}},
	{"TA", "box-field", 2, "@.V", []string{"*Box[TA]"}},
	{"TA", "box-method", 3, "@.Get()", []string{"Box[TA]"}},
	{"TA", "box-method", 3, "@.Swap(@)", []string{"*Box[TA]", "TA"}},
	{"TA", "param-assert", 2, "any(@).(TA)", []string{"TA"}},
	{"TA", "param-assert-any", 1, "@.(TA)", []string{"any"}},
	{"TA", "call-param", 2, "@(@)", []string{"func(TA) TA", "TA"}},
	{"TA", "call-generic", 3, "choose(@, @, @)", []string{"bool", "TA", "TA"}},
	{"TB", "call-generic", 3, "choose(@, @, @)", []string{"bool", "TB", "TB"}},
	{"TC", "call-generic", 2, "choose(@, @, @)", []string{"bool", "TC", "TC"}},
	{"TS", "call-generic", 2, "same(@)", []string{"TS"}},
	{"[]TA", "param-slice", 3, "[]TA{@, @}", []string{"TA", "TA"}},
	{"[]TA", "param-append", 3, "append(@, @)", []string{"[]TA", "TA"}},
	{"Box[TA]", "box-literal", 3, "Box[TA]{V: @, N: @}", []string{"TA", "int"}},
	{"Box[TA]", "box-deref", 2, "(*@)", []string{"*Box[TA]"}},
	{"*Box[TA]", "box-pointer", 4, "(&Box[TA]{V: @})", []string{"TA"}},
	{"*Box[TA]", "box-function", 3, "boxed(@)", []string{"TA"}},
	{"func(TA) TA", "param-method-value", 3, "@.Swap", []string{"*Box[TA]"}},

	{"int", "box-int", 1, "(Box[int]{V: @}).Get()", []string{"int"}},
	{"int", "box-int", 1, "boxed(@).Swap(@)", []string{"int", "int"}},
}
