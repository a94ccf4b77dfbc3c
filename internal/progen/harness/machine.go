package harness

import (
	"reflect"
	"strings"

	"github.com/asyncgen/asyncgen/rt"
)

// A Case is one generated function, ready to be called.
type Case struct {
	Name string
	// Plain calls the function with its arguments; results go to [Results]. In the copy with
	// the twins of the compiler it awaits the twin, as plain code would.
	Plain func()
	// Twin builds the machine with the same arguments. It is nil in the copy with the
	// hand-made twins.
	Twin func() Machine
	// Pull makes the pull iterator of a generator, which has neither Plain nor Twin.
	Pull func() Puller
	// Stream makes the pull iterator of a stream. Polled says that it is the compiler's.
	Stream func() Streamer
	Polled bool
}

// A Package is one copy of a generated package.
type Package struct {
	Name    string
	Cases   []Case
	Reset   func()       // gives package variables their initial values
	Globals func() []any // what package variables hold
}

// A Machine is a generated future behind an interface without type parameters.
type Machine interface {
	// Poll polls once and reports whether the machine is done; results are then recorded.
	Poll(cx *rt.Context) bool
	Cancel()
}

type machine[T any] struct {
	future rt.Future[T]
	values int
	hasErr bool
}

// New wraps a generated future whose function has that many results besides its error.
func New[T any](future rt.Future[T], values int, hasErr bool) Machine {
	return &machine[T]{future, values, hasErr}
}

func (m *machine[T]) Cancel() { m.future.Cancel() }

func (m *machine[T]) Poll(cx *rt.Context) bool {
	p := m.future.Poll(cx)
	if !p.Ready {
		return false
	}
	var vals []any
	switch v := reflect.ValueOf(&p.Value).Elem(); m.values {
	case 0:
	case 1:
		vals = append(vals, p.Value)
	default:
		for i := range v.NumField() {
			vals = append(vals, v.Field(i).Interface())
		}
	}
	if m.hasErr {
		vals = append(vals, p.Err)
	}
	Results(vals...)
	return true
}

// Results records what a function returned.
func Results(vals ...any) {
	var texts []string
	for _, v := range vals {
		texts = append(texts, Show(v))
	}
	run.result = strings.Join(texts, ", ")
}

// KeepArgs records the arguments of a call; what they refer to is compared when the
// call is over.
func KeepArgs(vals ...any) { run.args = vals }
