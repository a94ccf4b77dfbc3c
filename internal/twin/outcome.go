package twin

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"
)

// An Outcome is what can be observed of one run of a program.
type Outcome struct {
	Trace []string
	// End is "return" with the results, "panic" with the value, or "Goexit". Values are
	// written so that those of different types differ where their static type does not
	// fix it, and without addresses at the top level.
	End string
}

// String gives the outcome in two indented lines, the form in which goldens record it.
func (o Outcome) String() string {
	return "\ttrace " + strings.Join(o.Trace, ", ") + "\n\t" + o.End + "\n"
}

func (o Outcome) equal(p Outcome) bool { return o.End == p.End && slices.Equal(o.Trace, p.Trace) }

const goexit = "Goexit"

// patience is how long a program may take before it counts as one that does not end.
const patience = 20 * time.Second

// contain runs f on a goroutine of its own and says how it ended: with what f returned,
// with a panic, or with Goexit. A function that does not end is a panic of the caller, with
// the stacks of all goroutines.
func contain(what string, f func() string) string {
	done := make(chan string, 1)
	go func() {
		end := goexit
		defer func() { done <- end }()
		defer func() {
			if v := recover(); v != nil {
				end = panicText(v)
			}
		}()
		end = f()
	}()
	select {
	case end := <-done:
		return end
	case <-time.After(patience):
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		panic(fmt.Sprintf("twin: %s does not end\n%s", what, stacks))
	}
}

// panicText describes the value of a panic.
func panicText(v any) string {
	if e, ok := v.(runtime.Error); ok {
		return "panic " + strings.TrimPrefix(e.Error(), "runtime error: ") + " (runtime error)"
	}
	return fmt.Sprintf("panic %T(%v)", v, v)
}

// returnText describes results.
func returnText(results []reflect.Value) string {
	texts := make([]string, len(results))
	for i, r := range results {
		texts[i] = show(r)
	}
	return strings.TrimSpace("return " + strings.Join(texts, ", "))
}

// show writes a value; where its static type is an interface, with its dynamic type.
func show(v reflect.Value) string {
	if !v.IsValid() {
		return "<nil>"
	}
	if v.Kind() == reflect.Func || v.Kind() == reflect.Chan {
		return fmt.Sprintf("%s(nil: %t)", v.Type(), v.IsNil())
	}
	if err, ok := v.Interface().(error); ok {
		return fmt.Sprintf("error(%v)", err)
	}
	if v.Kind() == reflect.Interface && !v.IsNil() {
		return fmt.Sprintf("%T(%+v)", v.Interface(), v.Interface())
	}
	return fmt.Sprintf("%+v", v.Interface())
}
