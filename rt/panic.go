package rt

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// ErrCanceled is the error of a task that was canceled before it ended.
// errors.Is(ErrCanceled, context.Canceled) holds.
var ErrCanceled = fmt.Errorf("rt: task canceled: %w", context.Canceled)

// ErrStopped is the error of an operation that could wait for ever in a task that was asked
// to stop, see [(*Task).Stop]. errors.Is(ErrStopped, context.Canceled) holds.
var ErrStopped = fmt.Errorf("rt: task was asked to stop: %w", context.Canceled)

// ErrGoexit is the error of a task that ended by calling runtime.Goexit.
var ErrGoexit = errors.New("rt: task called runtime.Goexit")

// ErrShutdown is the error of what is asked of a runtime after [Runtime.Shutdown]: a task
// that is spawned, a sleep that begins or was going on. errors.Is(ErrShutdown,
// context.Canceled) holds.
var ErrShutdown = fmt.Errorf("rt: runtime was shut down: %w", context.Canceled)

// A PanicError is the error of a task that panicked.
type PanicError struct {
	Value any    // what panic was called with
	Stack []byte // of the goroutine that polled the task, as runtime/debug.Stack formats it

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

// A lostPanic ends the process for a panic that nobody can receive any more. As the value
// of a panic it is printed through Error.
type lostPanic struct{ *PanicError }

func (e lostPanic) Error() string {
	return fmt.Sprintf("%v, and nothing waits for it\n\n%s", e.PanicError, e.Stack)
}

// crash ends the process as an unrecovered panic does, from a goroutine on which nobody
// can recover.
func crash(e *PanicError) {
	if !e.simulated {
		go panic(lostPanic{e})
	}
}
