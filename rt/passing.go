package rt

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
)

// The await chain of a panic is what Where would have said of the future, had it waited where
// it has panicked. But a machine notes its state only when it suspends, so that an await that
// does not have to wait costs nothing, and while it is polled the state is an old one. What the
// machines are doing is on the stack instead: the panic is looked at before it unwinds them.
// So the futures are asked as they are for a dump, from the outermost to the innermost, with
// two differences. Only one that has a method on the stack is asked, since others are not on
// the panic's way, and may not be in order. And a machine finds its state by the line that its Poll
// has come to, see Standing.
//
// A future that cannot be asked is on the stack all the same. Its Poll method is in the chain
// under its own name, and so is all that it polls.

// A passing is a panic that is passing through futures.
type passing struct {
	frames []pollFrame // of methods, the outermost first
	next   int         // where in frames the futures are looked for that have not been asked
	frame  int         // that of the future that is being asked
}

// A pollFrame is a frame of the stack whose function is a method.
type pollFrame struct {
	receiver string // "example.com/fetch.(*FetchFuture)", in generic types with [...]
	method   string
	file     string
	line     int
	asked    bool // it is that of a future that was asked
}

// maxChain is how many lines a chain has at most; the middle of a longer one is left out.
const maxChain = 100

// passedChain returns the await chain of the panic that is unwinding the calling goroutine: a line for
// each future between the body of a task and the panic.
func passedChain(body body) string {
	w := Where{passing: &passing{frames: pollFrames()}}
	func() {
		// A future that has panicked may have anything in it.
		defer func() { _ = recover() }()
		body.where(&w)
	}()
	return w.chain()
}

// A keptChain is the chain of a panic that a deferred call which awaits has taken off the stack.
// When it goes on, the futures in which it began are gone.
type keptChain struct {
	value any
	chain string
}

// keepChain notes the chain of the panic with v, which is about to leave the stack, unless it has
// been there before.
func (cx *Context) keepChain(v any) {
	if h := cx.task; h != nil && h.keptChain(v) == "" {
		h.extras().kept = &keptChain{v, passedChain(h.body)}
	}
}

// keptChain returns what was noted of a panic with v, or "".
func (h *header) keptChain(v any) string {
	x := h.extra.Load()
	if x == nil || x.kept == nil {
		return ""
	}
	defer func() { _ = recover() }() // v may be of a type that does not compare
	if x.kept.value != v {
		return ""
	}
	return x.kept.chain
}

// pollFrames returns the methods on the stack of the goroutine, from the last step of a task on.
func pollFrames() (out []pollFrame) {
	for f := range frames(1) {
		if f.Function == stepFunction {
			break
		}
		if receiver, method := splitMethod(f.Function); receiver != "" {
			out = append(out, pollFrame{receiver: receiver, method: method, file: f.File, line: f.Line})
		}
	}
	slices.Reverse(out)
	return out
}

// stepFunction is the name of (*header).step, below which the frames are the executor's.
var stepFunction = runtimePath + ".(*header).step"

// runtimePath is the import path of this package.
var runtimePath = reflect.TypeFor[Runtime]().PkgPath()

// splitMethod takes the name of a function apart, as the Go runtime has it. That of a literal in a
// method begins with the method's. The receiver is "" for what is no method.
func splitMethod(function string) (receiver, method string) {
	base := strings.LastIndexByte(function, '/') + 1
	end := strings.Index(function[base:], ").")
	if end < 0 {
		return "", ""
	}
	end += base + 1
	return function[:end], function[end+1:]
}

// receiverOf returns what frames have as the receiver of a future's methods, or "" if it has
// none that could be asked.
func receiverOf(future any) string {
	v := reflect.ValueOf(future)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return ""
	}
	t := v.Type().Elem()
	name, _, generic := strings.Cut(t.Name(), "[")
	if generic {
		name += "[...]"
	}
	path := t.PkgPath()
	slash := strings.LastIndexByte(path, '/') + 1
	// The linker writes the dots of the last element so.
	return path[:slash] + strings.ReplaceAll(path[slash:], ".", "%2e") + ".(*" + name + ")"
}

// enter reports whether the panic is on its way through a future, which is to be asked then.
func (p *passing) enter(future any) bool {
	return p.find(receiverOf(future), p.next)
}

// find makes the next frame of a method of receiver the current one.
func (p *passing) find(receiver string, from int) bool {
	for i := from; i < len(p.frames) && receiver != ""; i++ {
		if p.frames[i].receiver == receiver {
			p.frame, p.next, p.frames[i].asked = i, i+1, true
			return true
		}
	}
	return false
}

// Standing returns the state that a generated machine is in. If it is suspended, that is
// state. If a panic is passing through it, it is that of the await that Poll has come to last,
// or 0 if it has come to none. The awaits have the states 1, 2, …, and lines tells how many lines
// their labels are above the one where Standing is called, which is in the machine's method Where.
func Standing[S ~uint8 | ~uint16](w *Where, state S, lines ...int) S {
	if w.passing == nil {
		return state
	}
	if n, ok := w.passing.standing(lines); ok {
		return S(n)
	}
	return state
}

// standing is called by Standing, which is called by Where.
func (p *passing) standing(lines []int) (state int, ok bool) {
	var pcs [1]uintptr
	runtime.Callers(3, pcs[:])
	where, _ := runtime.CallersFrames(pcs[:]).Next()
	// Most often it is the future that was asked; a stream is asked by the future of its Next.
	receiver, _ := splitMethod(where.Function)
	if !p.find(receiver, p.frame) {
		return 0, false
	}
	at := p.frames[p.frame]
	if at.file != where.File {
		return 0, false // there are //line directives, and the panic is in the user's statement
	}
	best := 0
	for i, up := range lines {
		if label := where.Line - up; label <= at.line && label > best {
			state, best = i+1, label
		}
	}
	return state, true
}

// chain returns the places, and between them the polls on the stack that none of them is about.
func (w *Where) chain() string {
	var lines []string
	add := func(p place) {
		var b strings.Builder
		p.write(&b)
		lines = append(lines, b.String())
	}
	asked := 0
	for i, f := range w.passing.frames {
		for ; asked < len(w.places) && w.places[asked].frame <= i; asked++ {
			add(w.places[asked])
		}
		if !f.asked && f.method == "Poll" && !strings.HasPrefix(f.receiver, runtimePath+".") {
			add(place{
				function: f.receiver[strings.LastIndexByte(f.receiver, '/')+1:] + ".Poll",
				at:       fmt.Sprintf("%s:%d", filepath.Base(f.file), f.line),
			})
		}
	}
	if more := len(lines) - maxChain; more > 0 {
		half := maxChain / 2
		lines[half] = fmt.Sprintf("… %d more …\n", more+1)
		lines = append(lines[:half+1], lines[half+1+more:]...)
	}
	return strings.Join(lines, "")
}
