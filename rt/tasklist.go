package rt

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// A taskList remembers the tasks of a runtime from spawn to end. It keeps them alive, also
// if every waker and handle was dropped, and lets Shutdown find them. Each worker enters the
// tasks that it spawns into a shard of its own, so that two seldom want the same lock.
type taskList struct {
	shards []taskShard
	// closing is held by close and names.
	closing sync.Mutex
	// left counts the tasks once the list is closing, and the shards that are not, so that it
	// cannot be zero before close has seen all of them.
	left atomic.Int64
	// empty is closed when left comes to zero. It is made by the first close.
	empty chan struct{}
}

// A taskShard is a part of the list.
type taskShard struct {
	mu    sync.Mutex
	first *header // linked through prev and next
	count int
	// closing is set by close: from then on the shard only gets shorter.
	closing bool
	_       [64]byte // away from the next one's cache line
}

func newTaskList(shards int) taskList { return taskList{shards: make([]taskShard, shards)} }

// anyShard returns a shard for a task that no worker spawns.
func (l *taskList) anyShard() uint16 {
	if len(l.shards) == 1 {
		return 0
	}
	return uint16(rand.IntN(len(l.shards)))
}

// add enters a new task into its shard, unless the list is closing.
func (l *taskList) add(h *header) bool {
	s := &l.shards[h.shard]
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		return false
	}
	s.enter(h)
	s.mu.Unlock()
	return true
}

// addCleanup enters a cleanup, also if the list is closing: close has told of the canceled
// task that it belongs to, or of nothing. It is false if nobody waits for the list any more.
func (l *taskList) addCleanup(h *header) bool {
	s := &l.shards[h.shard]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing && !l.hold() {
		return false
	}
	h.cleanup = true
	s.enter(h)
	return true
}

// hold counts one more task that is left, unless there are none.
func (l *taskList) hold() bool {
	for {
		n := l.left.Load()
		if n == 0 {
			return false
		}
		if l.left.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// release counts one less.
func (l *taskList) release() {
	if l.left.Add(-1) == 0 {
		close(l.empty)
	}
}

func (s *taskShard) enter(h *header) {
	if h.next = s.first; h.next != nil {
		h.next.prev = h
	}
	s.first = h
	s.count++
}

// remove takes out a task that has ended.
func (l *taskList) remove(h *header) {
	s := &l.shards[h.shard]
	s.mu.Lock()
	if h.next != nil {
		h.next.prev = h.prev
	}
	if h.prev != nil {
		h.prev.next = h.next
	} else {
		s.first = h.next
	}
	h.prev, h.next = nil, nil
	s.count--
	closing := s.closing
	s.mu.Unlock()
	if closing {
		l.release()
	}
}

// close lets no more tasks in, and returns those that are there, less the cleanups, and a
// channel that is closed when there are none left. It may be called again.
func (l *taskList) close() (left []*header, empty <-chan struct{}) {
	l.closing.Lock()
	defer l.closing.Unlock()
	if l.empty == nil {
		l.empty = make(chan struct{})
		l.left.Store(int64(len(l.shards)))
	}
	for i := range l.shards {
		s := &l.shards[i]
		s.mu.Lock()
		first := !s.closing
		if first {
			s.closing = true
			l.left.Add(int64(s.count))
		}
		for h := s.first; h != nil; h = h.next {
			if !h.cleanup {
				left = append(left, h)
			}
		}
		s.mu.Unlock()
		if first {
			l.release()
		}
	}
	return left, l.empty
}

// each calls f for the tasks that have not ended, with a lock held that they need to end.
func (l *taskList) each(f func(*header)) {
	for i := range l.shards {
		s := &l.shards[i]
		s.mu.Lock()
		for h := s.first; h != nil; h = h.next {
			f(h)
		}
		s.mu.Unlock()
	}
}

// find returns a task for which is is true, or nil. It begins with a shard, and holds the lock of the one
// that it looks at.
func (l *taskList) find(from int, is func(*header) bool) *header {
	for i := range l.shards {
		s := &l.shards[(from+i)%len(l.shards)]
		s.mu.Lock()
		h := s.first
		for h != nil && !is(h) {
			h = h.next
		}
		s.mu.Unlock()
		if h != nil {
			return h
		}
	}
	return nil
}

// names returns the number of tasks and the names of those that have one, max at most.
func (l *taskList) names(max int) (count int, names []string) {
	l.each(func(h *header) {
		count++
		if len(names) < max {
			if name := h.label(); name != "" {
				names = append(names, name)
			}
		}
	})
	return count, names
}
