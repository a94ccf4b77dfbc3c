package leak

import (
	"runtime"
	"strings"
)

// kept is in the stack of goroutines that a runtime keeps for later. They are nobody's fault as long as the
// runtime is there.
const kept = "/rt.(*blockingPool).rest("

// goroutines returns, for each goroutine, the function that it was started with. The stack of a
// goroutine that has not run yet does not say, so all get the chance. It begins with goexit, as, with
// WebAssembly, do some of those that the Go runtime keeps waiting.
func goroutines() (entries []string) {
again:
	entries = entries[:0]
	for _, stack := range strings.Split(stacks(), "\n\n") {
		switch entry := entryOf(stack); {
		case entry == "runtime.goexit" && isRunnable(stack):
			runtime.Gosched()
			goto again
		case strings.Contains(stack, kept):
		case entry != "" && !ours(entry):
			entries = append(entries, entry)
		}
	}
	return entries
}

// isRunnable reports whether a stack is that of a goroutine that waits for nothing but its turn.
func isRunnable(stack string) bool {
	head, _, _ := strings.Cut(stack, "\n")
	return strings.Contains(head, "[runnable")
}

// stacks returns what runtime.Stack has to say about all goroutines.
func stacks() string {
	for buf := make([]byte, 1<<16); ; buf = make([]byte, 2*len(buf)) {
		if n := runtime.Stack(buf, true); n < len(buf) {
			return string(buf[:n])
		}
	}
}

// entryOf returns the outermost function of a stack. After the first line of a stack each
// frame takes two, the function with its arguments and the position; the last pair says who
// has created the goroutine, unless that was the Go runtime.
func entryOf(stack string) string {
	lines := strings.Split(strings.TrimSpace(stack), "\n")
	for i := len(lines) - 2; i > 0; i -= 2 {
		if strings.HasPrefix(lines[i], "created by ") {
			continue
		}
		name := lines[i]
		if end := strings.LastIndexByte(name, '('); end > 0 {
			name = name[:end]
		}
		return name
	}
	return ""
}

// ours reports whether a goroutine belongs to the Go runtime or to package testing. The
// testing package has one for each test; os/signal keeps one when the tests have a time limit.
func ours(entry string) bool {
	for _, prefix := range []string{"runtime.", "testing.", "main.main", "os/signal."} {
		if strings.HasPrefix(entry, prefix) {
			return true
		}
	}
	return false
}
