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
	b.WriteString("package p\n")
	for _, f := range p.Funcs {
		recv, self, call := "", "", f.Name
		var fields, stored, args []string
		if f.Receiver != "" {
			recv, self, call = fmt.Sprintf("(%s %s) ", receiverName, f.Receiver), receiverName+", ", "o.recv."+f.Name
			fields = append(fields, "recv "+f.Receiver)
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
		fmt.Fprintf(&b, "\ntype plain%s struct {\n%s\n}\n", f.Name, strings.Join(fields, "\n"))
		fmt.Fprintf(&b, "\nfunc %s%sAsync(%s) *plain%[2]s { return &plain%[2]s{%[4]s%[5]s} }\n",
			recv, f.Name, f.params(false), self, strings.Join(stored, ", "))
		ret := "return "
		if len(f.Results) == 0 {
			ret = ""
		}
		fmt.Fprintf(&b, "\nfunc (o *plain%s) Await() %s { %s%s(%s) }\n", f.Name, f.resultTypes(), ret, call, strings.Join(args, ", "))
	}
	return b.String()
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
	fmt.Fprintf(&b, "package p\n\nimport %q\n\nvar Package = harness.Package{\nName: %q, Reset: Reset, Globals: Globals,\nCases: []harness.Case{\n",
		harnessPath, p.name())
	for _, f := range p.Funcs {
		setup, call := p.arguments(f)
		invoke := fmt.Sprintf("%s(%s)", f.method(""), call)
		if twins {
			invoke = fmt.Sprintf("%s(%s).Await()", f.method("Async"), call)
		}
		if len(f.Results) > 0 {
			invoke = "harness.Results(" + invoke + ")"
		} else {
			invoke += "\nharness.Results()"
		}
		fmt.Fprintf(&b, "{\nName: %q,\nPlain: func() {\n%s%s\n},\n", f.Name, setup, invoke)
		if twins {
			values, hasErr := len(f.Results), false
			if values > 0 && f.Results[values-1].Type == "error" {
				values, hasErr = values-1, true
			}
			fmt.Fprintf(&b, "Twin: func() harness.Machine {\n%sreturn harness.New(%s(%s), %d, %t)\n},\n",
				setup, f.method("Async"), call, values, hasErr)
		}
		b.WriteString("},\n")
	}
	b.WriteString("}}\n")
	return b.String()
}

// name identifies the package in reports.
func (p *Program) name() string {
	if p.label != "" {
		return p.label
	}
	return fmt.Sprintf("seed%d", p.Config.Seed)
}

// method is how the table calls f, or its twin.
func (f *Func) method(suffix string) string {
	if f.Receiver != "" {
		return "recv." + f.Name + suffix
	}
	return f.Name + suffix
}

// arguments gives statements that make the arguments, and the list that passes them.
func (p *Program) arguments(f *Func) (setup, list string) {
	hash := uint64(0)
	for _, c := range f.Name {
		hash = hash*31 + uint64(c)
	}
	r := rand.New(rand.NewPCG(p.Config.Seed, hash))
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
	return b.String(), strings.Join(args, ", ")
}
