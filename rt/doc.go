/*
Package rt is what generated state machines run on: futures and wakers, tasks and the workers
that poll them, timers, and the reactor that watches descriptors.

A program uses it by way of [Spawn], [Sleep], [Run] and their like, and of the Await methods of
its own futures. The rest of this page is for whoever wants to know what happens then. It
begins with a single future and adds one difficulty at a time.

# Polls and wakers

A [Future] is a computation that somebody else drives. Each call of its Poll method goes on with
it as far as it can without waiting. When there is nothing more to do without waiting, Poll
returns [Pending], and the future has kept the [Waker] that came with the [Context]: it calls
that when polling again is worth while. So a future needs no stack and no goroutine while it
waits, just the memory for what it has to remember. Nothing else is needed to drive one:

	cx := rt.NewContext(rt.NewWaker(func() { fmt.Println("woken") }))
	f := rt.Yield()
	fmt.Println(f.Poll(cx).Ready)
	fmt.Println(f.Poll(cx).Ready)

[Yield] is pending once, and calls the waker at once, so this prints woken, false and true. The
waker may be called by anybody at any time: by a timer, by another goroutine, during the poll,
too often, or too late, when nobody cares. Whoever polls may poll too often as well. Only one
thing is forbidden to all: that a future could go on, and nobody polls it. Each part below
argues, where it is written, why that cannot happen there.

# A goroutine that polls

The simplest thing that drives a future is a goroutine that has nothing else to do. That is
what [Run] is, and Await in plain code:

	for {
		b.cx.begin()
		p := f.Poll(&b.cx)
		if p.Ready {
			b.release()
			return p
		}
		b.park()
	}

The waker unlocks a mutex that is otherwise locked, and park locks it again. If the wake
comes during the poll the mutex is free already and park does not wait; if many wakes come,
one poll answers all.

# Tasks

A goroutine for each future would be what Go has without this package. Instead, a few
goroutines, the workers, take turns in polling many. A future that was handed to them is a
[Task], and the question is who puts it back into the queue, and when: too seldom, and it
hangs; twice, and two workers poll it at once.

The answer is one word of memory for each task, its state. A wake says "scheduled" there, and
only who has changed the word from idle to scheduled puts the task into the queue. The worker
says "running" before the poll. A wake in the meantime leaves a mark, which the worker finds
when it wants to say "idle" again; then it queues the task itself. Cancel and the end of a task
go through the same word, so that none of them needs a lock. The type state has the diagram,
and its test goes through every order in which the steps can happen.

A task does not know who polls it. It can be asked to make a step, which is a poll with what
follows from it, and it tells its [Runtime] when it wants one.

There may be very many tasks, most of which wait, so they are small: the state, a link for the queue
and two for the list of tasks, who waits for the result, the future and the result itself. What
few of them have, a name or deferred calls, is allocated when it is needed.

# The worker

This is the worker, less the ends of things:

	d.task, d.yielded, d.time = h, false, w.time
	d.cx.waker, d.cx.task = Waker{&h.wakeTarget}, h
	d.cx.begin()
	s := h.step(&d.cx)

and, if the task has not ended and the worker was not lost meanwhile,

	d.task = nil
	w.collect()
	if s.push {
		w.push(h)
	}

Wakes do not touch the queue, but push into an inbox, at the price of one atomic operation, and the
worker empties it after each poll into the queue. What came in last runs next, since it was most
likely woken by the poll that just ended and waits for what that has left in the cache; but 128 times in
a row at most, so that two that wake each other do not keep the others waiting. All else
runs in order. A task that woke itself goes to the end, so that others come first.

A poll that never has to wait would keep the worker for ever. Therefore each has a budget: every
operation that could have waited calls [Context.Spend], and when the budget is used up the task
goes to the end of the queue too.

# Waiting

What a task waits for in the end is another task, the clock, or a descriptor. Timers are in a
heap, descriptors in the kernel's epoll. The worker looks at both every 61 polls, and when its
queue is empty. Then it parks: it makes a blocking call that ends with the next event or the
next timer. If goroutines have had something for it lately it lets them run before, since what they
do then costs no switch of threads; if they have not it does so only now and then, because to look for
them wakes a thread, which a server that parks for some microseconds every few requests would pay
for each time. Parking the goroutine in Go's own poller instead has it wait for the scheduler,
which under load takes milliseconds.

While it is parked, a wake from elsewhere has to end that call, by way of a descriptor kept for
the purpose. That is a system call, so it must be made only if the worker is parked. Both sides
write first and look afterwards: the worker declares that it is parked and then looks into the
inbox, the waker fills the inbox and then looks whether the worker is parked. Whoever is second
sees the other. A new timer that is earlier than all others is announced in the same way; one
that is removed is not announced at all.

# Many workers

A runtime may have several workers ([Options]), which poll different tasks at the same time. Each
has a queue, an epoll and a wake descriptor of its own; a descriptor belongs to the worker whose task was
the first to wait for it. The timers belong to all. The queue is of another kind then: a worker that has
nothing to do takes half of another's. What the poll that is going on has woken is taken last, since its
worker would come to it next. What was woken or spawned by others than tasks, and what does
not fit into a queue, goes into one that all share, and from which each worker takes its part every 61 polls
and before it searches.

The difficulty is whom to wake, and when. To wake a worker for each task that is queued costs more than
the task, if the worker that queues it is going to poll it at once; not to wake any leaves processors
idle. So only what a worker leaves in its queue when it begins a poll is a reason to wake another, one at a
time: that one searches, and if there is more than it can take it wakes the next. A worker says that
it rests before it looks for the last time, and who queues something looks for those that rest
afterwards, so that again whoever is second sees the other. The type crew has the rest of the argument.

Of the workers that sleep one is the keeper, who sleeps until the next timer only. The others leave the
timers to it, or to those that are awake.

# Polls that block

Code in a future may block: it calls a function that waits for a channel, locks a mutex, reads
a file. It should not, but it will, and then the worker hangs in that poll with all the tasks
behind it. What Go does for a thread that hangs in a system call is done here for a worker that
hangs in a poll: a monitor sees that the same poll goes on for long and hands the worker, queue
and all, to another goroutine, a stand-in. The first one finds out when its poll ends, sees to
its task, and retires. As long as that does not happen, a worker does nothing for the monitor: it counts its polls, to
look at timers now and then, and the monitor lowers the number that it counts to.

The handing over must not race with the end of the poll, and must cost nothing for polls that
are short. So the monitor leaves a mark in the state of the task: if it gets there before the
worker does, the poll was still going on, and the worker will see the mark when it changes the
state for its own purposes. The state says which worker polls, so that a task that has moved on to
another worker is not taken for one that is stuck.

# Combinators

[Select2], [Join2], [Timeout] and their like are futures that poll others, their children. Those for two
or three poll all that have not ended, since to find out which one was woken costs more than a
poll in vain. [JoinAll], [TryJoin] and [Race] may have thousands: each child has a waker that notes
which one it was. Nobody wakes them to tell them of a stop, so that in a task that is to stop all are polled.

Of a combinator more is asked than of a machine. If a child panics, the others are canceled before
the panic goes on. And it cancels children in the midst of a task: their frames may lie in that of the
function that awaits, which will use the place for something else. What a canceled child has left to
do, as the next but one section tells, is therefore over before the combinator is ready. A panic
that has to wait for this is kept meanwhile.

[Timeout] polls its child before it looks at the clock, so that it costs next to nothing around
what is ready. All times are those of the runtime that polls, in annotated functions also those of
[Now]. An [Interval] has no timer but that of the sleep in which somebody waits for its next tick.

The value of a [TaskLocal] is in the context while a future is being polled, and nowhere else.
[Blocking] hands what must not be done in a poll to goroutines, of which a runtime has as many as
it needs up to a limit.

# Groups

Tasks that belong together are children of a [Group]. It has nothing to do with how they are
polled. All it needs to know is when one has ended, and how: it puts itself between each child's task
and what the task polls, and hears of the end there, whether the child has returned, has
panicked, or was canceled. The lock of the group is never held while it cancels, starts or wakes
somebody.

What a group is for is that no child is forgotten. An error or a panic of one cancels the others; Wait
is ready when all have ended, and delivers the error or the panic; Close, in a defer statement,
cancels what is left and waits for it.

# Ends

A future ends by being ready, by a panic, by runtime.Goexit, or by being canceled.

Cancel is Goexit where the future waits: its deferred calls run and the results are lost. The
owner of a future calls its Cancel, which is simple, as the owner is also the only one who polls.
The owner of a task's future is the task; [Task.Cancel] asks it to do so, and that request goes
through the queue as a wake does.

Deferred calls may await, and Cancel has nothing to await with. So it makes those that do not, up
to the first that does, and leaves the rest to a task, a cleanup. What lies further out must be
cleaned up later than what lies further in: each Cancel looks whether those below it have left
something, and if so leaves its own deferred calls to a cleanup that waits for theirs. They find
each other in the task in which they are polled. A task that is canceled ends after its cleanups,
and so does a shutdown, which cancels none of them. A combinator that polls with a waker of its
own takes [Context.With], so that the futures inside belong to the same task.

The gentle way is [Task.Stop], with which a task ends by itself. It is a state, not an event:
everything that could wait for ever fails with [ErrStopped], again and again, until the code
gives up and returns. Its deferred calls are not disturbed, since they are there to tidy up. A
future written by hand that can wait for ever asks [Context.Stopped] in each poll, before it
tries what it is there for. The answer is known from the start of the poll: the worker looks at
the state of the task then anyway, so that it costs nothing as long as nobody has been stopped.

A panic leaves through the worker's only deferred function, which makes a [PanicError] of it for
whoever waits for the task. If nobody ever can, the process ends, as it does for a goroutine. A
Goexit cannot be stopped: it ends the worker's goroutine, and another takes over. If one of the
deferred calls on its way awaits, there is no way back to the worker, so that the goroutine waits
there itself, and a stand-in has the queue.

A runtime ends by [Runtime.Shutdown]: no more tasks come in, those that are there are canceled,
and when they have ended so do worker, monitor and reactor.

# Where tasks stand

A task has no stack that could be printed. But each future that waits knows what it waits for, so
that it can be asked: a machine, a combinator and a leaf have a method that enters itself into a
[Where] and asks what is further in. [Runtime.Dump] does this for all tasks, and shows what comes
of it.

Nothing is stopped for it. It takes hold of one idle task after the other, as a worker does for a
poll, and a wake in the meantime is found when it lets go. A task that is being polled is listed
as running. How long a task has waited comes from a clock that nobody reads for the purpose: the
worker knows about when its step began, and notes that in the task.

When a future panics, the futures around it are in the middle of their polls. A machine notes its
state only when it suspends, so the states are old ones, but the stack still has the line that
each Poll has come to. That is looked at before the panic unwinds it, and tells each machine which
await it stands at, see [Standing]. Polls that do not panic do nothing for it. The chain is in the
[PanicError], and is printed when the process ends for a detached task.

# Tests

Everything that varies is asked of the runtime that polls: the clock, the order of the queue,
the budget, the random numbers of [Select2]. Package rttest brings a runtime that takes all these from
a seed, and has time pass only when nobody can go on. So it repeats a run from its seed, says who
waits for whom when nobody can go on any more, and has an hour go by in no time.

# Generated code

A literal handed to [Async] in an annotated function is compiled to a machine, which is an
[AsyncFuture] by itself. In plain code Async needs a goroutine for what blocks in the function.

Machines use the core, and a few things besides that would be hard to read if they were written
out each time: [Defers] makes deferred calls from a list so that recover works in them,
[RangeMap] and [PullSeq] are the range loops that a machine can leave and come back to. [Gen] and
[Stream] know what a generator has to know of its consumer; [SeqGen] is one that is no machine. [Levels]
leads a panic through generators that are nested but not on the stack.
[SupportsGenerated1] keeps a generated file from being compiled with a runtime that is too old
for it.
*/
package rt
