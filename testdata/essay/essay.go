// Package essay has the functions that the documents of the compiler's packages show. A test
// compares those documents with this file, with its intermediate form, and with what is
// generated for it.
package essay

import (
	"fmt"
	"iter"
	"strings"

	"github.com/asyncgen/asyncgen/rt"
)

// A later is pending once and then ready.
type later[T any] struct {
	rt.Pin
	value T
	yield rt.YieldFuture
}

func (f *later[T]) Poll(cx *rt.Context) rt.Poll[T] {
	if p := f.yield.Poll(cx); !p.Ready {
		return rt.Pending[T]()
	}
	return rt.Ready(f.value)
}

func (f *later[T]) Cancel() { f.yield.Cancel() }

func (f *later[T]) Await() T { return rt.Block(f, (*later[T]).Poll).Value }

//async:new
func get(key string) *later[int] { return &later[int]{value: len(key)} }

//async:new
func check(n int) *later[bool] { return &later[bool]{value: n > 0} }

func log(args ...any) int { return len(args) }

//async:func
func one(key string) int {
	n := get(key).Await()
	return n + 1
}

//async:func
func two(a, b string) int {
	x := get(a).Await()
	log("got", x)
	y := get(b).Await()
	return x + y
}

//async:func
func order(p *int, key string) int {
	return log(1) + *p + get(key).Await() + log(2)
}

//async:func
func table(p *int) map[string]int {
	return map[string]int{"p": *p, "k": get("k").Await()}
}

//async:func
func either(n int) bool {
	ok := n > 1 || check(n).Await()
	return ok
}

//async:func
func loop(keys []string) int {
	sum := 0
	for i := 0; i < len(keys); i++ {
		sum += get(keys[i]).Await()
	}
	return sum
}

//async:func
func renew(n int) (fs []func() int) {
	for i := 0; i < n; i++ {
		fs = append(fs, func() int { return i })
		i += get("step").Await()
	}
	return fs
}

//async:func
func slice(keys []string) {
	for _, key := range keys {
		log(get(key).Await())
	}
}

//async:func
func mapped(m map[string]int) {
	for key := range m {
		log(get(key).Await())
	}
}

//async:func
func seq(keys iter.Seq[string]) int {
	for key := range keys {
		if n := get(key).Await(); n > 1 {
			return n
		}
	}
	return 0
}

//async:func
func choose(n int) string {
	switch n {
	case 0:
		log("zero")
	case get("one").Await():
		return "one"
	default:
		return "many"
	}
	return "none"
}

//async:func
func safe(key string) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%s: %v", key, v)
		}
	}()
	n = get(key).Await()
	return 10 / n, nil
}

//async:func
func share() {
	a := get("a").Await()
	log(get(strings.Repeat("x", a)).Await())
	b := get("b").Await()
	log(get(strings.Repeat("y", b)).Await())
}

//async:func
func boxed() int {
	type point struct{ x, y int }
	p := point{1, 2}
	get("pause").Await()
	return p.x
}

//async:func
func forget(text []byte) int {
	n := len(text)
	get("pause").Await()
	return n
}

//async:func
func spot(keys []string) int {
	sum := 0
	func() {
		defer log("counted")
		sum += get(keys[0]).Await()
	}()
	return sum
}

//async:func
func closures(keys []string) error {
	sum := 0
	var all rt.Group
	for i, key := range keys {
		all.Go(func() error {
			sum += get(key).Await() * i
			return nil
		})
	}
	return all.Wait().Await()
}

//async:func
func depth(n int) int {
	if n == 0 {
		return get("bottom").Await()
	}
	return depthAsync(n-1).Await() + 1
}

//async:func
func hot(n int) int {
	k := get("k").Await()
	sum := 0
	for i := range n {
		sum += i * k
	}
	return sum + get("more").Await()
}

//async:func
func undo(key string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			get("undo").Await()
			err = fmt.Errorf("%s: %v", key, v)
		}
	}()
	log(get(key).Await())
	return nil
}

//async:gen
func evens(n int) iter.Seq[int] {
	last := n - n%2
	return func(yield func(int) bool) {
		for i := 0; i <= last; i += 2 {
			if !yield(i) {
				return
			}
		}
	}
}

//async:func
func total(n int) int {
	sum := 0
	for v := range evens(n) {
		sum += v * get("factor").Await()
	}
	return sum
}

type node struct {
	key         string
	left, right *node
}

//async:gen
func visit(t *node) iter.Seq[string] {
	return func(yield func(string) bool) {
		if t == nil {
			return
		}
		for key := range visit(t.left) {
			if !yield(key) {
				return
			}
		}
		yield(t.key)
	}
}

//async:stream
func lengths(keys []string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, key := range keys {
			if !yield(get(key).Await()) {
				break
			}
		}
	}
}

//async:func
func longest(keys []string) int {
	n := 0
	for length := range lengths(keys) {
		n = max(n, length)
	}
	return n
}

//async:func
func collect[K comparable, V any](keys []K, fetch func(K) *later[V]) map[K]V {
	out := map[K]V{}
	for _, k := range keys {
		out[k] = fetch(k).Await()
	}
	return out
}

//async:gen
func tokens(seqs ...iter.Seq[string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, seq := range seqs {
			seq(yield)
		}
	}
}

//async:func
func first(a, b string) int {
	r := rt.Select2(get(a), get(b)).Await()
	return r.A.Value + r.B.Value
}
