package rt

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Dump writes a list of the tasks of [Default], see [Runtime.Dump].
func Dump(w io.Writer) error { return Default().Dump(w) }

// Dump writes a list of the tasks that have not ended, the oldest first: name, what the task is
// doing, its age, and the await that it stands at, with those further in, down to the operation
// that it waits for.
//
//	runtime "default": 3 tasks
//
//	task "reader": waiting for 1.5s, 20.1s old
//		main.serve server.go:31
//		main.request server.go:52
//		anet.Conn.Read
//
//	task "": waiting for 0s, 70ms old
//		main.both main.go:17
//		rt.Join2
//		  rt.Sleep
//		  rt.Task.Await "reader"
//
//	task "": running, 20ms old
//
// The tasks go on meanwhile, each is looked at while it waits. Of one that is being polled, or
// that is queued, it only says so. A task waits since its last poll, with or without success.
// Times are those of the runtime's clock, to about a hundredth of a second; under load, when many polls
// are made between two looks at the clock, they are those of the looks. The error is that of w.
//
// Any goroutine may call it. Tasks that are spawned during the call may be missing.
func (r *Runtime) Dump(w io.Writer) error {
	out := bufio.NewWriter(w)
	tasks := r.tasks.snapshot()
	fmt.Fprintf(out, "runtime %q: %d tasks\n", r.name, len(tasks))
	now := ticks(r.now())
	for _, h := range tasks {
		h.dump(out, now)
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
func (h *header) dump(out *bufio.Writer, now uint32) {
	doing, since, where := h.look()
	if doing == "" {
		return // it has ended
	}
	fmt.Fprintf(out, "\ntask %q: %s", h.label(), doing)
	if doing == "waiting" {
		fmt.Fprintf(out, " for %v", span(since, now))
	}
	fmt.Fprintf(out, ", %v old\n", span(h.spawned, now))
	for line := range strings.Lines(where) {
		out.WriteByte('\t')
		out.WriteString(line)
	}
}

// span returns the time between two ticks, as exactly as is of interest. The second was looked up
// first, and may be the earlier one.
func span(from, to uint32) time.Duration {
	if from >= to {
		return 0
	}
	d := time.Duration(to-from) << tickShift
	switch {
	case d < time.Second:
		return d.Round(10 * time.Millisecond)
	case d < time.Minute:
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Second)
}

// look returns what a task is doing and, if it is idle, since when and where it stands. It takes
// hold of an idle task as a worker does for a poll, so that nothing moves while it looks.
func (h *header) look() (doing string, since uint32, where string) {
	for {
		switch s := h.state.load(); {
		case s&done != 0:
			return "", 0, ""
		case s&running != 0:
			return "running", 0, ""
		case s&scheduled != 0:
			return "queued", 0, ""
		case h.state.swap(s, s.begunBy(maxWorkers)):
			var w Where
			h.body.where(&w)
			since = h.polled
			if h.state.letGo() {
				h.rt.schedule(h)
			}
			return "waiting", since, w.String()
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
