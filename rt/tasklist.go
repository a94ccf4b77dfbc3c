package rt

import "sync"

// A taskList remembers the tasks of a runtime from spawn to end. It keeps them alive, also
// if every waker and handle was dropped, and lets Shutdown find them.
type taskList struct {
	mu    sync.Mutex
	first *header // linked through prev and next
	count int
	// closing is set by close: from then on the list only gets shorter.
	closing bool
	// empty is closed when closing is set and count is zero. It is made by the first close.
	empty chan struct{}
}

// add enters a new task, unless the list is closing.
func (l *taskList) add(h *header) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing {
		return false
	}
	l.enter(h)
	return true
}

// addCleanup enters a cleanup, also if the list is closing: close has told of the canceled
// task that it belongs to, or of nothing. It is false if nobody waits for the list any more.
func (l *taskList) addCleanup(h *header) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing && l.count == 0 {
		return false
	}
	h.cleanup = true
	l.enter(h)
	return true
}

func (l *taskList) enter(h *header) {
	if h.next = l.first; h.next != nil {
		h.next.prev = h
	}
	l.first = h
	l.count++
}

// remove takes out a task that has ended.
func (l *taskList) remove(h *header) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h.next != nil {
		h.next.prev = h.prev
	}
	if h.prev != nil {
		h.prev.next = h.next
	} else {
		l.first = h.next
	}
	h.prev, h.next = nil, nil
	l.count--
	if l.closing && l.count == 0 {
		close(l.empty)
	}
}

// close lets no more tasks in, and returns those that are there, less the cleanups, and a
// channel that is closed when there are none left. It may be called again.
func (l *taskList) close() (left []*header, empty <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closing {
		l.closing = true
		l.empty = make(chan struct{})
		if l.count == 0 {
			close(l.empty)
		}
	}
	for h := l.first; h != nil; h = h.next {
		if !h.cleanup {
			left = append(left, h)
		}
	}
	return left, l.empty
}

// names returns the number of tasks and the names of those that have one, max at most.
func (l *taskList) names(max int) (count int, names []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for h := l.first; h != nil && len(names) < max; h = h.next {
		if name := h.name.Load(); name != nil {
			names = append(names, *name)
		}
	}
	return l.count, names
}
