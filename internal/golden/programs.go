package golden

import (
	"go/types"
	"strings"

	"github.com/asyncgen/asyncgen/parse"
)

// A program is an annotated function that a driver can call.
type program struct {
	plain, twin string // the function and its constructor, as expressions
	gen         *parse.Gen
}

// programs lists the annotated functions without receiver and parameters. A generic one is
// a program for each type that the constraints of its type parameters list.
func programs(p *parse.Package) []*program {
	var out []*program
	for _, f := range p.Funcs {
		if f.Decl == nil || f.Decl.Recv != nil || f.Sig.Params().Len() > 0 {
			continue
		}
		for _, args := range instances(f.TypeParams, p.Types) {
			out = append(out, &program{plain: f.Decl.Name.Name + args, twin: f.Names.Constructor + args, gen: f.Gen})
		}
	}
	return out
}

// instances gives the type arguments of the programs that a function is, in brackets: the
// first has the first type of each constraint, and so on, until all types have had their
// turn. There is none if a constraint lists no types.
func instances(params *types.TypeParamList, pkg *types.Package) []string {
	if params.Len() == 0 {
		return []string{""}
	}
	var lists [][]string
	most := 0
	for p := range params.TypeParams() {
		list := listed(p.Constraint(), pkg)
		if len(list) == 0 {
			return nil
		}
		lists = append(lists, list)
		most = max(most, len(list))
	}
	var out []string
	for i := range most {
		var args []string
		for _, list := range lists {
			args = append(args, list[i%len(list)])
		}
		out = append(out, "["+strings.Join(args, ", ")+"]")
	}
	return out
}

// listed gives the types that an element of a constraint lists.
func listed(t types.Type, pkg *types.Package) (out []string) {
	switch u := t.Underlying().(type) {
	case *types.Interface:
		for e := range u.EmbeddedTypes() {
			out = append(out, listed(e, pkg)...)
		}
	case *types.Union:
		for term := range u.Terms() {
			out = append(out, listed(term.Type(), pkg)...)
		}
	default:
		out = []string{types.TypeString(t, types.RelativeTo(pkg))}
	}
	return out
}
