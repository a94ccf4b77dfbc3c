package rt

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Dump writes a list of the tasks of [Default], see [Runtime.Dump].
func Dump(w io.Writer) error { return Default().Dump(w) }

// Dump writes a list of the tasks that have not ended: name, what the task is doing, and the
// await that it stands at, with those further in, down to the operation that it waits for. The
// tasks go on meanwhile, each is looked at while it waits. Of one that is being polled or
// that is about to be it only says so. The error is that of w.
//
// Any goroutine may call it. Tasks that are spawned during the call may be missing.
func (r *Runtime) Dump(w io.Writer) error {
	out := bufio.NewWriter(w)
	tasks := r.tasks.snapshot()
	fmt.Fprintf(out, "runtime %q: %d tasks\n", r.name, len(tasks))
	for _, h := range tasks {
		h.dump(out)
	}
	return out.Flush()
}

// snapshot returns the tasks of a runtime, the oldest first.
func (l *taskList) snapshot() (tasks []*header) {
	l.each(func(h *header) { tasks = append(tasks, h) })
	slices.Reverse(tasks)
	if len(l.shards) > 1 {
		slices.SortStableFunc(tasks, func(a, b *header) int { return cmp.Compare(a.spawned, b.spawned) })
	}
	return tasks
}

// dump writes what is known of a task.
func (h *header) dump(out *bufio.Writer) {
	doing, where := h.look()
	if doing == "" {
		return // it has ended
	}
	fmt.Fprintf(out, "\ntask %q: %s\n", h.label(), doing)
	for line := range strings.Lines(where) {
		out.WriteByte('\t')
		out.WriteString(line)
	}
}

// look returns what a task is doing and, if it is idle, where it stands. It takes hold of an
// idle task as a worker does for a poll, so that nothing moves while it looks.
func (h *header) look() (doing, where string) {
	for {
		switch s := h.state.load(); {
		case s&done != 0:
			return "", ""
		case s&running != 0:
			return "running", ""
		case s&scheduled != 0:
			return "queued", ""
		case h.state.swap(s, s.begunBy(maxWorkers)):
			var w Where
			h.body.where(&w)
			if h.state.letGo() {
				h.rt.schedule(h)
			}
			return "waiting", w.String()
		}
	}
}

// letGo ends the hold on a task that was idle when it was taken hold of. If push is true the
// caller must queue the task: it was woken, stopped or canceled meanwhile. This is transition
// 4 for somebody who cannot cancel.
func (w *stateWord) letGo() (push bool) {
	for {
		s := w.load()
		next := s &^ running
		if push = s.cancelDue() || s&scheduled != 0; push {
			next |= scheduled
		}
		if w.swap(s, next) {
			return push
		}
	}
}
