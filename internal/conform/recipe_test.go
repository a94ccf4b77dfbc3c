package main

import (
	"reflect"
	"testing"
)

func TestRecipe(t *testing.T) {
	for text, want := range map[string]*recipe{
		"// run\n\npackage main":                        {action: "run"},
		"// run -gcflags='all=-N -l' -race\n":           {action: "run"},
		"// run -gcflags -l=4\n":                        {action: "run"},
		"// run cmplxdivide1.go\n":                      {action: "run", files: []string{"cmplxdivide1.go"}},
		"// run fake-arg\n":                             {action: "run", args: []string{"fake-arg"}},
		"// rundir -ldflags -strictdups=2 -w=0\n":       {action: "rundir"},
		"// runoutput ./rotate.go\n":                    {action: "runoutput", files: []string{"./rotate.go"}},
		"// run -goexperiment fieldtrack\n":             nil, // needs another compiler of Go
		"// errorcheck -0 -m\n":                         nil,
		"// runindir\n":                                 nil,
		"package main\n\n// run\n\nfunc main() { f() }": nil,
	} {
		switch got, ok := parseRecipe(text); {
		case ok != (want != nil):
			t.Errorf("%q: %v", text, ok)
		case ok && !reflect.DeepEqual(got, *want):
			t.Errorf("%q: %+v, want %+v", text, got, *want)
		}
	}
}
