package rt

// A driver is a goroutine that drives a worker.
type driver struct {
	worker *worker // nil once a stand-in has it
	cx     Context
	// task is being stepped. It tells a task that panics or exits from a fault of the
	// runtime.
	task *header
	// yielded: the task that is being stepped is to be polled again, after others.
	yielded bool
	// shard is the index of the worker, and where the tasks go that are spawned here.
	shard uint16
	// time is about when the step began.
	time int64
}

func newDriver(w *worker) *driver {
	d := &driver{worker: w, cx: Context{rt: w.rt}, shard: uint16(w.index)}
	d.cx.driver = d
	return d
}

// schedule queues a task of this runtime, from inside a poll or between two. During a poll the
// worker may be lost to a stand-in at any moment, so that its queue must not be touched, but its
// inbox may.
func (d *driver) schedule(h *header) {
	w := d.worker
	switch {
	case w == nil:
		h.rt.schedule(h)
	case d.task == nil:
		w.prefer(h)
	default:
		w.inbox.Push(h)
		w.notify()
	}
}

// drive is the goroutine's function. It returns when the worker is stopped or was lost. If a
// task calls runtime.Goexit, which cannot be stopped, another goroutine takes over.
func (d *driver) drive() {
	returned := false
	defer d.cx.rt.crew.drivers.enter()()
	defer func() {
		if !returned && d.worker != nil {
			go newDriver(d.worker).drive()
		}
	}()
	for d.stepAll() {
	}
	returned = true
}

// stepAll steps tasks until the worker is stopped or lost, or a task panics; it reports
// whether to go on. Panics are caught here, once for all tasks, because a deferred function
// for each step would cost as much as the step.
func (d *driver) stepAll() (again bool) {
	defer func() {
		if d.task != nil {
			again = d.unwound(recover())
		}
	}()
	for {
		w := d.worker
		h := w.next()
		if h == nil {
			if w.stopping.Load() {
				close(w.stopped)
				return false
			}
			d.cx.waker, d.cx.task = Waker{}, nil // which would keep an old task alive
			w.park()
			continue
		}
		d.task, d.yielded, d.time = h, false, w.time
		d.cx.waker, d.cx.task = Waker{&h.wakeTarget}, h
		d.cx.begin()
		s := h.step(&d.cx)
		if s.done || s.left&retaken != 0 {
			if !d.settle(h, s) {
				return false
			}
			continue
		}
		// Most steps end like this: the rest of settle would find nothing to do.
		d.task = nil
		w.collect()
		if s.push {
			w.push(h)
		}
	}
}

// settle does what the outcome of a step asks for, and reports whether the driver still has
// its worker.
func (d *driver) settle(h *header, s step) bool {
	d.task = nil
	if s.left&retaken != 0 {
		d.worker = nil
	}
	w := d.worker
	if w == nil {
		if s.done {
			h.announce(&d.cx)
		} else if s.push {
			h.rt.schedule(h)
		}
		return false
	}
	w.collect()
	if s.done {
		h.announce(&d.cx)
		w.collect()
	}
	if s.push {
		w.push(h)
	}
	return true
}

// unwound ends the task whose step was unwound, by runtime.Goexit or by a panic; v is what
// the deferred function that calls unwound got from recover. It runs above the frames of the panic, so that the stack is complete, also
// the one that is printed if the process ends here.
func (d *driver) unwound(v any) (again bool) {
	h := d.task
	if !inFlight(v, 1).panicking {
		return d.settle(h, h.exit())
	}
	e := newPanicError(h, v)
	s := h.abandon(e)
	if s.left&detached != 0 {
		d.task = nil
		panic(detachedPanic{e})
	}
	return d.settle(h, s)
}
