package progen

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
)

const (
	modulePath  = "github.com/asyncgen/asyncgen"
	rtPath      = modulePath + "/rt"
	harnessPath = modulePath + "/internal/progen/harness"
)

// prelude declares the types, variables and helpers that all programs share.
//
//go:embed testdata/prelude.go.txt
var prelude string

// files gives the files of one copy of the package, by name. With handmade they include
// the twins that call the plain functions; otherwise the compiler has to add twins.
func (p *Program) files(handmade bool) map[string]string {
	out := map[string]string{
		"prelude.go": prelude,
		"cases.go":   p.cases(!handmade),
	}
	for _, f := range p.Funcs {
		out[f.file()] = f.Source(handmade)
	}
	if handmade {
		out["twins.go"] = p.handmadeTwins()
	}
	return out
}

// handmadeTwins writes the twins of the oracle: they keep the arguments, and Await calls
// the plain function.
func (p *Program) handmadeTwins() string {
	var b strings.Builder
	fmt.Fprintf(&b, "package p\n\nimport (\n\"iter\"\n\n%q\n)\n\nvar (\n_ = harness.Main\n_ = iter.Pull[int]\n)\n", harnessPath)
	for _, f := range p.Funcs {
		recv, call := "", f.Name+bracketed(f.TypeParams)
		var fields, stored, args []string
		if f.Receiver != "" {
			recv, call = fmt.Sprintf("(%s %s) ", receiverName, f.Receiver), "o.recv."+f.Name
			fields, stored = append(fields, "recv "+f.Receiver), append(stored, receiverName)
		}
		fields, stored, args = append(fields, "fuel int"), append(stored, "fuel"), append(args, "o.fuel")
		for i, q := range f.Params {
			name := fmt.Sprintf("p%d", i)
			fields, stored = append(fields, name+" "+q.Type), append(stored, name)
			if f.Variadic && i == len(f.Params)-1 {
				name += "..."
			}
			args = append(args, "o."+name)
		}
		if f.Kind != "func" {
			f.handmadePull(&b, recv, append([]string{"fuel"}, f.argumentNames()...))
			continue
		}
		params := declared(f.TypeParams)
		kept := "plain" + f.Name + bracketed(f.TypeParams)
		call += "(" + strings.Join(args, ", ") + ")"
		fmt.Fprintf(&b, "\ntype plain%s%s struct {\n%s\n}\n", f.Name, params, strings.Join(fields, "\n"))
		result, made := "*"+kept, fmt.Sprintf("&%s{%s}", kept, strings.Join(stored, ", "))
		if f.Dyn {
			value, wrapped := f.dynamic(call)
			result = "harness.Promise[" + value + "]"
			made = fmt.Sprintf("func() %s {\no := %s\nreturn func() (%s, error) { %s }\n}()", result, made, value, wrapped)
		}
		fmt.Fprintf(&b, "\nfunc %s%s%s(%s) %s { return %s }\n", recv, f.constructor(), f.typeParams(), f.params(false), result, made)
		if len(f.Results) > 0 {
			call = "return " + call
		}
		fmt.Fprintf(&b, "\nfunc (o *%s) Await() %s { %s }\n", kept, f.resultTypes(), call)
	}
	return qualify(b.String(), names{"harness", "harness"})
}

// dynamic gives the type of the value that the twin of a function with the option dyn
// yields, and statements that call the function and return such a value and an error.
func (f *Func) dynamic(call string) (value, statements string) {
	switch values, hasErr := f.values(); {
	case values == 1 && hasErr:
		return f.Results[0].Type, "return " + call
	case values == 1:
		return f.Results[0].Type, "return " + call + ", nil"
	case hasErr:
		return "struct{}", "return struct{}{}, " + call
	}
	return "struct{}", call + "\nreturn struct{}{}, nil"
}

// argumentNames passes on the parameters as the hand-made twin calls them, without fuel.
func (f *Func) argumentNames() (out []string) {
	for i := range f.Params {
		out = append(out, fmt.Sprintf("p%d", i))
		if f.Variadic && i == len(f.Params)-1 {
			out[i] += "..."
		}
	}
	return out
}

func (f *Func) resultTypes() string {
	var out []string
	for _, r := range f.Results {
		out = append(out, r.Type)
	}
	return "(" + strings.Join(out, ", ") + ")"
}

// cases writes the table that the runner goes through. The arguments of each function
// are drawn from the program's seed and its name, so that removing another function
// changes nothing.
func (p *Program) cases(twins bool) string {
	var b strings.Builder
	usesRT := false
	fmt.Fprintf(&b, "\nimport %q\n\nvar Package = harness.Package{\nName: %q, Reset: Reset, Globals: Globals,\nCases: []harness.Case{\n",
		harnessPath, p.name())
	for _, f := range p.Funcs {
		setup, call, inst := p.arguments(f)
		if f.Kind == "stream" {
			made := f.callee(f.constructor(), inst) + "(" + call + ")"
			if twins {
				made = fmt.Sprintf("harness.Stream%d(%s)", len(f.Yields), made)
			} else {
				made += ".streamer()"
			}
			fmt.Fprintf(&b, "{\nName: %q,\nStream: func() harness.Streamer {\n%sreturn %s\n},\nPolled: %t,\n},\n", f.Name, setup, made, twins)
			continue
		}
		if f.Kind == "gen" {
			fmt.Fprintf(&b, "{\nName: %q,\nPull: func() harness.Puller {\n%sreturn harness.Pull%d(%s(%s))\n},\n},\n",
				f.Name, setup, len(f.Yields), f.callee(f.constructor(), inst), call)
			continue
		}
		q := names{"harness", "harness"}
		invoke := fmt.Sprintf("%s(%s)", f.callee(f.Name, inst), call)
		if twins {
			q.rt = "rt"
			usesRT = usesRT || f.Dyn
			invoke = qualify(f.awaitText(fmt.Sprintf("%s(%s)", f.callee(f.constructor(), inst), call)), q)
		}
		if len(f.Results) > 0 {
			invoke = "harness.Results(" + invoke + ")"
		} else {
			invoke += "\nharness.Results()"
		}
		fmt.Fprintf(&b, "{\nName: %q,\nPlain: func() {\n%s%s\n},\n", f.Name, setup, invoke)
		if twins {
			values, hasErr := f.values()
			fmt.Fprintf(&b, "Twin: func() harness.Machine {\n%sreturn harness.New(%s(%s), %d, %t)\n},\n",
				setup, f.callee(f.constructor(), inst), call, values, hasErr)
		}
		b.WriteString("},\n")
	}
	b.WriteString("}}\n")
	imports := ""
	if usesRT {
		imports = fmt.Sprintf("\nimport %q\n", rtPath)
	}
	return "package p\n" + imports + b.String()
}

// name identifies the package in reports.
func (p *Program) name() string {
	if p.label != "" {
		return p.label
	}
	return fmt.Sprintf("seed%d", p.Config.Seed)
}

// callee is how the table calls f, or its twin, with the type arguments in inst.
func (f *Func) callee(name string, inst []string) string {
	if f.Receiver != "" {
		return "recv." + name
	}
	return name + bracketed(inst)
}

// arguments gives statements that make the arguments, the list that passes them, and the
// type arguments.
func (p *Program) arguments(f *Func) (setup, list string, inst []string) {
	hash := uint64(0)
	for _, c := range f.Name {
		hash = hash*31 + uint64(c)
	}
	r := rand.New(rand.NewPCG(p.Config.Seed, hash))
	if len(f.TypeParams) > 0 {
		f = (&gen{rng: r, program: p}).instantiated(f, &Func{})
	}
	q := names{"harness", "rt"}
	pick := func(t string) string {
		of := literals(t)
		return qualify(strings.ReplaceAll(of[r.IntN(len(of))], "?", "arg"), q)
	}
	var b strings.Builder
	var kept []string
	args := []string{fmt.Sprint(2 + r.IntN(2))}
	if f.Receiver != "" {
		fmt.Fprintf(&b, "recv := %s\n", pick(f.Receiver))
		kept = append(kept, "recv")
	}
	for i, param := range f.Params {
		name := fmt.Sprintf("p%d", i)
		fmt.Fprintf(&b, "var %s %s = %s\n", name, qualify(param.Type, q), pick(param.Type))
		kept = append(kept, name)
		if f.Variadic && i == len(f.Params)-1 {
			name += "..."
		}
		args = append(args, name)
	}
	fmt.Fprintf(&b, "harness.KeepArgs(%s)\n", strings.Join(kept, ", "))
	return b.String(), strings.Join(args, ", "), f.TypeParams
}
