package parse

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// TestAwaits compares what is found out about awaits with the comments // await: … on
// their lines: the type that is polled, & if the operand's address is, fresh with the callee
// if there is one, and how results come out of the value.
func TestAwaits(t *testing.T) {
	r := loadClean(t, awaitsSource, "./...")
	for _, p := range r.Packages {
		for _, f := range p.Files {
			got := make(map[int][]string)
			for _, fn := range f.Funcs {
				describe(fn, got)
			}
			for i, line := range strings.Split(string(f.Source), "\n") {
				_, want, _ := strings.Cut(line, "// await: ")
				if g := strings.Join(got[i+1], "; "); g != want {
					t.Errorf("%s:%d: %s\n got %s\nwant %s", f.Path, i+1, line, g, want)
				}
			}
		}
	}
}

// describe adds a description of each await of fn by its line.
func describe(fn *Func, out map[int][]string) {
	var calls []*ast.CallExpr
	for call := range fn.Awaits {
		calls = append(calls, call)
	}
	slices.SortFunc(calls, func(a, b *ast.CallExpr) int { return int(a.End() - b.End()) })
	short := func(t types.Type) string {
		return types.TypeString(t, func(p *types.Package) string { return p.Name() })
	}
	for _, call := range calls {
		aw := fn.Awaits[call]
		var words []string
		if aw.Lit != nil {
			words = append(words, aw.Lit.Names.Func)
		} else {
			words = append(words, short(aw.Future))
		}
		if aw.Address {
			words = append(words, "&")
		}
		if aw.Fresh {
			words = append(words, "fresh")
		}
		words = append(words, "→", short(aw.Value))
		if len(aw.Fields) > 0 {
			words = append(words, fmt.Sprint(aw.Fields))
		}
		words = append(words, fmt.Sprint(len(aw.Results)))
		if aw.HasErr {
			words = append(words, "err")
		}
		line := fn.Pkg.Fset.Position(call.Pos()).Line
		out[line] = append(out[line], strings.Join(words, " "))
	}
	for _, lit := range fn.Lits {
		describe(lit, out)
	}
}

const awaitsSource = `
-- a/a.go --
package a

import (
	"unsafe"

	. "github.com/asyncgen/asyncgen/rt"
	other "github.com/asyncgen/asyncgen/rt"
	"example.org/m/dep"
)

type T struct{ n int }

//async:func
func none() {}

//async:func
func one() int { return 1 }

//async:func
func fails() error { return nil }

//async:func
func oneFails() (int, error) { return 1, nil }

//async:func
func two() (a int, _ string, err error) { return }

//async:func
func (t *T) method(n ...int) error { return nil }

//async:func dyn
func dynamic() int { return 1 }

//async:func
func twins(t T, pt *T) {
	noneAsync().Await() // await: *a.noneFuture fresh → struct{} 0
	_ = (oneAsync()).Await() // await: *a.oneFuture fresh → int 1
	_ = failsAsync().Await() // await: *a.failsFuture fresh → struct{} 1 err
	_, _ = oneFailsAsync().Await() // await: *a.oneFailsFuture fresh → int 2 err
	_, _, _ = twoAsync().Await() // await: *a.twoFuture fresh → a.twoResult [A R1] 3 err
	_ = t.methodAsync(1, 2).Await() // await: *a.tMethodFuture fresh → struct{} 1 err
	_ = pt.methodAsync([]int{}...).Await() // await: *a.tMethodFuture fresh → struct{} 1 err
	_ = (*T).methodAsync(pt).Await() // await: *a.tMethodFuture → struct{} 1 err
	_, _ = Await(dynamicAsync()) // await: rt.Future[int] → int 2 err
	f := oneAsync
	_ = f().Await() // await: *a.oneFuture → int 1
	g := oneAsync()
	_ = g.Await() // await: *a.oneFuture → int 1
	_ = dep.ThingAsync().Await() // await: *dep.ThingFuture fresh → int 1
	_ = dep.Marked().Await() // await: *dep.Hand fresh → int 1
	_ = dep.Unmarked().Await() // await: *dep.Hand → int 1
	_ = dep.Value().Await() // await: dep.Plain → int 1
}

type embedder struct {
	dep.Hand
	p *dep.Hand
}

type pointers struct{ *dep.Hand }

type iface interface {
	Poll(*Context) Poll[int]
	Await() int
}

//async:func
func operands(e embedder, p pointers, i iface, arr []embedder) {
	_ = e.Await() // await: *a.embedder & → int 1
	_ = e.p.Await() // await: *dep.Hand → int 1
	_ = (e.Hand).Await() // await: *dep.Hand & → int 1
	_ = p.Await() // await: a.pointers → int 1
	_ = i.Await() // await: a.iface → int 1
	_ = arr[0].Await() // await: *a.embedder & → int 1
	var v dep.Plain
	_ = v.Await() // await: dep.Plain → int 1
}

//async:func
func runtime(f Future[string]) {
	_, _ = Await(f) // await: rt.Future[string] → string 2 err
	_, _ = other.Await[string](f) // await: rt.Future[string] → string 2 err
	_, _ = Await[int](oneAsync()) // await: *a.oneFuture fresh → int 2 err
	_, _ = other.Await(Value(1)) // await: rt.Future[int] → int 2 err
	_, _ = Await[int](nil) // await: rt.Future[int] → int 2 err
	other.Yield().Await() // await: *rt.YieldFuture fresh → struct{} 0
}

func Await2() int { return 1 }

type notAFuture struct{}

func (notAFuture) Await() int { return 1 }

//async:func
func plain(h *dep.Hand) int {
	_ = notAFuture{}.Await()
	_ = h.Await
	_ = (*dep.Hand).Await(h)
	go h.Await()
	_ = func() int { return h.Await() }
	go func() { h.Await() }()
	_ = unsafe.Sizeof(h.Await())
	return Await2()
}

//async:func
func literals(h *dep.Hand) error {
	func() { h.Await() }() // await: literals.func1 → struct{} 0; *dep.Hand → int 1
	a, s := func(int) (n int, s string) { // await: literals.func2 → a.literalsFunc2Result [N S] 2
		func() { // await: literals.func2.func1 → struct{} 0
			h.Await() // await: *dep.Hand → int 1
		}()
		return
	}(h.Await()) // await: *dep.Hand → int 1
	func() { println(a, s) }()
	func() { _ = func() { h.Await() } }()
	defer println(h.Await()) // await: *dep.Hand → int 1
	go func(int) {}(h.Await()) // await: *dep.Hand → int 1
	return func() error { // await: literals.func3 → struct{} 1 err
		func() {
			_ = one()
		}()
		return failsAsync().Await() // await: *a.failsFuture fresh → struct{} 1 err
	}()
}

// The name that the machine of a literal would have is taken.
type literalsFunc1 struct{}
-- dep/dep.go --
package dep

import "github.com/asyncgen/asyncgen/rt"

type Hand struct{ rt.Pin }

func (*Hand) Poll(*rt.Context) rt.Poll[int] { return rt.Ready(1) }
func (*Hand) Await() int { return 1 }

//async:new
func Marked() *Hand { return &Hand{} }

func Unmarked() *Hand { return &Hand{} }

type Plain struct{}

func (Plain) Poll(*rt.Context) rt.Poll[int] { return rt.Ready(1) }
func (Plain) Await() int { return 1 }

func Value() Plain { return Plain{} }

//async:func
func Thing() int { return 1 }
`
