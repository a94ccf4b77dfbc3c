package typeset

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

const source = `package p

type named []int
type number interface{ ~int | ~float64 }
type both interface {
	number
	~int | ~string
}
type local[T any] struct{ t T }

func f[
	Any any,
	Slice ~[]E,
	E any,
	Named named | []int,
	Mixed ~string | ~[]byte,
	Chan chan int | <-chan int,
	Send chan<- int | <-chan int,
	Number number,
	Both both,
	Method interface{ M() },
	Pointer *int,
]() {
	var (
		plain  int
		array  [4]Any
		record struct { a Number; b [2]string }
		inst   local[map[string]E]
		free   local[int]
	)
	_, _, _, _, _ = plain, array, record, inst, free
}
`

// load gives the types of the variables and type parameters of the source by name.
func load(t *testing.T) map[string]types.Type {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Defs: make(map[*ast.Ident]types.Object)}
	if _, err := new(types.Config).Check("p", fset, []*ast.File{file}, info); err != nil {
		t.Fatal(err)
	}
	out := make(map[string]types.Type)
	for id, obj := range info.Defs {
		if obj != nil {
			out[id.Name] = obj.Type()
		}
	}
	return out
}

func TestCore(t *testing.T) {
	all := load(t)
	for name, want := range map[string]string{
		"Any": "", "Slice": "[]E", "Named": "[]int", "Mixed": "", "Chan": "<-chan int", "Send": "",
		"Number": "", "Both": "int", "Method": "", "Pointer": "*int", "plain": "int", "array": "[4]Any",
	} {
		got := ""
		if core := Core(all[name]); core != nil {
			got = types.TypeString(core, types.RelativeTo(nil))
		}
		if got != want {
			t.Errorf("core of %s is %q, want %q", name, got, want)
		}
	}
}

func TestAnyEvery(t *testing.T) {
	all := load(t)
	isString := func(u types.Type) bool { return u == types.Typ[types.String] }
	isBasic := func(u types.Type) bool { _, ok := u.(*types.Basic); return ok }
	for _, c := range []struct {
		name       string
		any, every bool
		is         func(types.Type) bool
	}{
		{"Any", true, false, isString},
		{"Method", true, false, isString},
		{"Mixed", true, false, isString},
		{"Number", false, false, isString},
		{"Number", true, true, isBasic},
		{"plain", true, true, isBasic},
	} {
		if got := Any(all[c.name], c.is); got != c.any {
			t.Errorf("Any of %s: %v", c.name, got)
		}
		if got := Every(all[c.name], c.is); got != c.every {
			t.Errorf("Every of %s: %v", c.name, got)
		}
	}
}

func TestMentions(t *testing.T) {
	all := load(t)
	for name, want := range map[string]bool{"plain": false, "array": true, "record": true, "inst": true, "free": false, "E": true} {
		if got := Mentions(all[name]); got != want {
			t.Errorf("Mentions(%s) is %v", name, got)
		}
	}
}

func TestSizeof(t *testing.T) {
	all := load(t)
	sizes := types.SizesFor("gc", "amd64")
	for name, want := range map[string]int64{"plain": 8, "Any": 16, "array": 64, "Number": 8, "record": 40, "Pointer": 8, "free": 8, "inst": 8} {
		if got := Sizeof(sizes, all[name]); got != want {
			t.Errorf("size of %s is %d, want %d", name, got, want)
		}
	}
}
