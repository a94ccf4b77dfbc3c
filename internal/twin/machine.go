package twin

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/asyncgen/asyncgen/rt"
)

// A Func is a function in both forms. Its methods know the surface of a twin by
// reflection, so that one driver serves all signatures.
type Func struct {
	Name  string
	Plain any          // func(args) results
	Twin  any          // func(args) future, with the same args
	Args  func() []any // makes the arguments of one run; nil for none
	Reset func()       // called before each run; may be nil
	// Throughout, if it is not nil, is Plain without machines: where Plain awaits the twin of a
	// function and so has a machine below it, this calls the function. It is what Plain and Twin
	// have to do.
	Throughout any
}

func (f *Func) args() []reflect.Value {
	if f.Args == nil {
		return nil
	}
	var out []reflect.Value
	for _, a := range f.Args() {
		out = append(out, reflect.ValueOf(a))
	}
	return out
}

func (f *Func) reset() {
	if f.Reset != nil {
		f.Reset()
	}
}

// A machine is a future whose type is not known.
type machine struct {
	value   reflect.Value
	poll    reflect.Value
	results []reflect.Type // of the plain function
	hasErr  bool           // the last of them is an error
}

var errorType = reflect.TypeFor[error]()

func (f *Func) newMachine() *machine {
	plain := reflect.TypeOf(f.Plain)
	m := &machine{value: call(f.Twin, f.args())[0]}
	if m.value.Kind() == reflect.Interface {
		m.value = m.value.Elem()
	}
	m.poll = m.value.MethodByName("Poll")
	for i := range plain.NumOut() {
		m.results = append(m.results, plain.Out(i))
	}
	n := len(m.results)
	m.hasErr = n > 0 && m.results[n-1] == errorType
	return m
}

// step polls once and returns the results if the machine is done.
func (m *machine) step(cx *rt.Context) (results []reflect.Value, ready bool) {
	p := m.poll.Call([]reflect.Value{reflect.ValueOf(cx)})[0]
	if !p.FieldByName("Ready").Bool() {
		if at, asked := m.standing(); asked && at == "" {
			panic(fmt.Sprintf("%v is pending, and does not know where", m.value.Type()))
		}
		return nil, false
	}
	return m.split(p.FieldByName("Value"), p.FieldByName("Err")), true
}

// standing is what the machine says of where it stands, if it can be asked; one that is written
// by hand may not.
func (m *machine) standing() (at string, asked bool) {
	l, asked := m.value.Interface().(interface{ Where(*rt.Where) })
	if !asked {
		return "", false
	}
	var w rt.Where
	l.Where(&w)
	return strings.TrimSpace(w.String()), true
}

// split turns the content of a ready Poll into the plain function's results.
func (m *machine) split(value, err reflect.Value) []reflect.Value {
	n := len(m.results)
	if m.hasErr {
		n--
	} else if !err.IsNil() {
		panic(fmt.Sprintf("a function without an error result reports %v", err))
	}
	var out []reflect.Value
	switch {
	case n == 1:
		out = append(out, value)
	case n > 1:
		for i := range n {
			out = append(out, value.Field(i))
		}
	}
	if m.hasErr {
		out = append(out, err)
	}
	return out
}

// cancel and await call the methods of those names.
func (m *machine) cancel() { m.value.MethodByName("Cancel").Call(nil) }

func (m *machine) await() []reflect.Value { return m.value.MethodByName("Await").Call(nil) }

func call(f any, args []reflect.Value) []reflect.Value { return reflect.ValueOf(f).Call(args) }
