package rt

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
)

// ErrCanceled is the error of a task that was canceled before it ended.
// errors.Is(ErrCanceled, context.Canceled) holds.
var ErrCanceled = fmt.Errorf("rt: task canceled: %w", context.Canceled)

// ErrStopped is the error of an operation that could wait for ever in a task that was asked
// to stop, see [(*Task).Stop]. errors.Is(ErrStopped, context.Canceled) holds.
var ErrStopped = fmt.Errorf("rt: task was asked to stop: %w", context.Canceled)

// ErrGoexit is the error of a task that ended by calling runtime.Goexit, unless it was canceled before.
var ErrGoexit = errors.New("rt: task called runtime.Goexit")

// ErrShutdown is the error of what is asked of a runtime after [Runtime.Shutdown]: a task
// that is spawned, a sleep that begins or was going on. errors.Is(ErrShutdown,
// context.Canceled) holds.
var ErrShutdown = fmt.Errorf("rt: runtime was shut down: %w", context.Canceled)

// A PanicError is the error of a task that panicked. Printed with %+v it is a report, with all
// that is in it.
type PanicError struct {
	Value any    // what panic was called with
	Stack []byte // of the goroutine that polled the task, as runtime/debug.Stack formats it
	// Awaits is the await chain that the panic has passed through, the outermost function first,
	// with a line "function file:line" for each. The line is that of the await; for the function
	// that has panicked itself it is the last await that it has come to, or else its own. What
	// cannot be asked stands there with its Poll method and the line in that.
	Awaits string
	// Task is the name of the task, or "".
	Task string

	// collected is set when somebody was given the error. A panic that no one was told of
	// must not be lost; see (*Task).abandon.
	collected atomic.Bool
	// simulated: the simulation that the task ran in sees to that instead. Constant.
	simulated bool
}

// Error returns a line that names the panic's value; it leaves out the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("rt: task panicked: %v", e.Value) }

// Unwrap returns the panic's value if that is an error, else nil.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Format writes Error, or with the verb %+v a report.
func (e *PanicError) Format(s fmt.State, verb rune) {
	if verb == 'v' && s.Flag('+') {
		fmt.Fprintf(s, "%v%s\n%s", e, e.context(), e.Stack)
		return
	}
	fmt.Fprintf(s, fmt.FormatString(s, verb), plainText(e.Error()))
}

// A plainText is formatted as the error that it is the text of.
type plainText string

// context tells where the task was when it panicked: its await chain, and if it was the panic of
// another task that has become its own, that of the other task.
func (e *PanicError) context() string {
	var b strings.Builder
	if e.Task != "" {
		fmt.Fprintf(&b, "\n\ntask %q", e.Task)
	} else {
		b.WriteString("\n\ntask")
	}
	b.WriteString(" awaits\n")
	for line := range strings.Lines(e.Awaits) {
		b.WriteString("\t" + line)
	}
	if inner, ok := e.Value.(*PanicError); ok {
		fmt.Fprintf(&b, "\nwhere it was told of a panic%s\n%s", inner.context(), inner.Stack)
	}
	return b.String()
}

// newPanicError describes the panic with v that is unwinding the calling goroutine, which was
// polling h. It has to be called before anything that the panic passes through is let go of.
func newPanicError(h *header, v any) *PanicError {
	e := &PanicError{Value: v, Stack: debug.Stack(), Awaits: h.keptChain(v), Task: h.label()}
	if e.Awaits == "" {
		e.Awaits = passedChain(h.body)
	}
	return e
}

// A detachedPanic ends the process for a panic of a detached task. It is raised above the
// frames of the first, which the Go runtime prints.
type detachedPanic struct{ *PanicError }

func (e detachedPanic) Error() string { return e.PanicError.Error() + e.context() }

// A lostPanic ends the process for a panic that nobody can receive any more. As the value
// of a panic it is printed through Error.
type lostPanic struct{ *PanicError }

func (e lostPanic) Error() string {
	return fmt.Sprintf("%v, and nothing waits for it%s\n%s", e.PanicError, e.context(), e.Stack)
}

// crash ends the process as an unrecovered panic does, from a goroutine on which nobody
// can recover.
func crash(e *PanicError) {
	if !e.simulated {
		go panic(lostPanic{e})
	}
}
