package rt_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// The functions here panic in different places of a chain of awaits. The tests compare the
// chain with the lines that are marked with comments.

//async:func
func outer(inner func() rt.Future[int]) int { // line outer
	rt.Yield().Await()
	a, _ := rt.Await(rt.Value(1))
	b, _ := rt.Await(inner()) // line outer awaits
	return a + b
}

// early panics before its first await.
//
//async:func
func early() int { // line early
	explode("early")
	rt.Yield().Await()
	return 1
}

// late suspends, awaits something that is ready at once, and panics.
//
//async:func
func late() int {
	rt.Sleep(time.Microsecond).Await()
	rt.Await(rt.Value(1)) // line late awaits
	explode("late")
	rt.Yield().Await()
	return 1
}

// timed awaits by way of a combinator, for the second time in the same poll.
//
//async:func
func timed() int {
	rt.Yield().Await()
	rt.Timeout(time.Hour, rt.Yield()).Await()
	rt.Timeout(time.Hour, lateAsync()).Await() // line timed awaits
	return 1
}

// deferring has deferred calls, which the panic passes through. It waits for one of them.
//
//async:func
func deferring() int {
	defer fmt.Sprint()
	defer func() { rt.Yield().Await() }()
	rt.Yield().Await()
	return late2().Await() // line deferring awaits
}

func late2() *lateFuture { return lateAsync() }

// inDefer panics in a deferred call that awaits.
//
//async:func
func inDefer() int {
	defer func() {
		rt.Yield().Await() // line literal awaits
		explode("in defer")
	}()
	return 1
} // line inDefer ends

// overElements awaits a stream that panics.
//
//async:func
func overElements() (sum int) {
	for x := range elements(3) { // line overElements awaits
		sum += x
	}
	return sum
}

//async:stream
func elements(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			rt.Yield().Await() // line elements awaits
			if i == 2 {
				explode("element")
			}
			if !yield(i) {
				return
			}
		}
	}
}

// generic awaits a machine with type parameters.
//
//async:func
func generic() int {
	return keepAsync[[]int, map[string]int](func() { explode("generic") }).Await() // line generic awaits
}

//async:func
func keep[A, B any](f func()) int {
	rt.Yield().Await() // line keep awaits
	f()
	return 1
}

// mute is a future that cannot be asked.
type mute struct{ f rt.Future[int] }

func (m *mute) Poll(cx *rt.Context) rt.Poll[int] { return m.f.Poll(cx) } // line mute
func (m *mute) Cancel()                          { m.f.Cancel() }

//async:func
func throughMute() int {
	v, _ := rt.Await(rt.Future[int](&mute{lateAsync()})) // line throughMute awaits
	return v
}

// recursive has many levels, of which all but the last have suspended.
//
//async:func
func recursive(n int) int {
	rt.Yield().Await()
	if n == 0 {
		explode("deep")
	}
	return recursiveAsync(n - 1).Await() // line recursive awaits
}

//go:noinline
func explode(with string) { panic(with) }

// at returns the place of this file that a comment marks.
func at(t *testing.T, mark string) string {
	t.Helper()
	src, err := os.ReadFile("passing_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(src), "\n") {
		if strings.HasSuffix(line, "// line "+mark) {
			return fmt.Sprintf("passing_test.go:%d", i+1)
		}
	}
	t.Fatalf("no line is marked %q", mark)
	return ""
}

// TestAwaitChain checks the chain that a panic has passed through.
func TestAwaitChain(t *testing.T) {
	outside := "rt_test.outer " + at(t, "outer awaits")
	lately := "rt_test.late " + at(t, "late awaits")
	for _, c := range []struct {
		future rt.Future[int]
		want   []string
	}{
		{earlyAsync(), []string{"rt_test.early " + at(t, "early")}},
		{lateAsync(), []string{lately}},
		{timedAsync(), []string{"rt_test.timed " + at(t, "timed awaits"), "rt.Timeout", lately}},
		{deferringAsync(), []string{"rt_test.deferring " + at(t, "deferring awaits"), lately}},
		{inDeferAsync(), []string{"rt_test.inDefer " + at(t, "inDefer ends"), "rt_test.inDefer.func1 " + at(t, "literal awaits")}},
		{overElementsAsync(), []string{"rt_test.overElements " + at(t, "overElements awaits"), "rt_test.elements " + at(t, "elements awaits")}},
		{genericAsync(), []string{"rt_test.generic " + at(t, "generic awaits"), "rt_test.keep " + at(t, "keep awaits")}},
		{throughMuteAsync(), []string{"rt_test.throughMute " + at(t, "throughMute awaits"), "rt_test.(*mute).Poll " + at(t, "mute"), "rt_test.(*lateFuture).Poll passing_async_test.go:"}},
	} {
		_, err := rt.Spawn[int](outerAsync(func() rt.Future[int] { return c.future })).Await()
		e, ok := err.(*rt.PanicError)
		if !ok {
			t.Errorf("the task ended with %v", err)
			continue
		}
		got := strings.Split(strings.TrimSpace(e.Awaits), "\n")
		want := append([]string{outside}, c.want...)
		same := len(got) == len(want)
		for i := range min(len(got), len(want)) {
			same = same && (got[i] == want[i] || strings.HasSuffix(want[i], ":") && strings.HasPrefix(got[i], want[i]))
		}
		if !same {
			t.Errorf("%T: the chain is\n\t%s\nnot\n\t%s", c.future, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
}

// TestAwaitChainDeep checks that a long chain keeps its ends.
func TestAwaitChainDeep(t *testing.T) {
	_, err := rt.Spawn[int](recursiveAsync(1000)).Await()
	var e *rt.PanicError
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(e.Awaits), "\n")
	await := "rt_test.recursive " + at(t, "recursive awaits")
	if len(lines) != 100 || lines[0] != await || lines[98] != await || lines[50] != "… 902 more …" {
		t.Errorf("%d lines:\n%s", len(lines), e.Awaits)
	}
}

// A held future begins when its task has a name.
type held[T any] struct {
	rt.Future[T]
	named chan struct{}
}

func (h *held[T]) Poll(cx *rt.Context) rt.Poll[T] { <-h.named; return h.Future.Poll(cx) }

func (h *held[T]) Where(w *rt.Where) { h.Future.(interface{ Where(*rt.Where) }).Where(w) }

func spawnNamed[T any](name string, f rt.Future[T]) *rt.Task[T] {
	h := &held[T]{f, make(chan struct{})}
	task := rt.Spawn[T](h)
	task.SetName(name)
	close(h.named)
	return task
}

// spawnDetached is spawnNamed for a task that is detached before it begins.
func spawnDetached[T any](name string, f rt.Future[T]) {
	h := &held[T]{f, make(chan struct{})}
	task := rt.Spawn[T](h)
	task.SetName(name)
	task.Detach()
	close(h.named)
}

// TestPanicReport prints a PanicError, with and without the rest.
func TestPanicReport(t *testing.T) {
	_, err := spawnNamed[int]("worker", lateAsync()).Await()
	if text := fmt.Sprintf("%v|%s|%q", err, err, err); text != `rt: task panicked: late|rt: task panicked: late|"rt: task panicked: late"` {
		t.Error(text)
	}
	report := fmt.Sprintf("%+v", err)
	for _, want := range []string{"rt: task panicked: late\n\n", "task \"worker\" awaits\n\trt_test.late " + at(t, "late awaits") + "\n\ngoroutine ", "rt_test.explode"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report lacks %q:\n%s", want, report)
		}
	}
}

//async:func
func crowd() {
	var g rt.Group
	defer g.Close().Await()
	g.Go(func() error {
		lateAsync().Await() // line child awaits
		return nil
	})
	g.Go(func() error {
		defer fmt.Println("the sibling was canceled")
		rt.Sleep(time.Hour).Await()
		return nil
	})
	g.Wait().Await() // line crowd awaits
}

// TestCrashes runs programs that end by a panic of a task, and looks at what they print.
func TestCrashes(t *testing.T) {
	wait := func() { rt.Sleep(time.Hour).Await() }
	programs := map[string]struct {
		run  func()
		want []string
	}{
		"detached": {func() {
			spawnDetached[int]("main task", outerAsync(func() rt.Future[int] { return timedAsync() }))
			wait()
		}, []string{
			"panic: late",
			"rt: task panicked: late\n",
			"task \"main task\" awaits\n",
			"\trt_test.outer " + at(t, "outer awaits") + "\n",
			"\trt_test.timed " + at(t, "timed awaits") + "\n",
			"\trt.Timeout\n",
			"\trt_test.late " + at(t, "late awaits") + "\n",
			"[running]",
			"rt_test.explode",
		}},
		"group": {func() {
			spawnDetached[struct{}]("parent", crowdAsync())
			wait()
		}, []string{
			"the sibling was canceled\n",
			"rt: task panicked: rt: task panicked: late\n",
			"task \"parent\" awaits\n",
			"\trt_test.crowd " + at(t, "crowd awaits") + "\n",
			"\trt.Group.Wait\n",
			"where it was told of a panic\n\ntask awaits\n",
			"\trt_test.crowd.func1 " + at(t, "child awaits") + "\n",
			"\trt_test.late " + at(t, "late awaits") + "\n",
			"rt_test.explode",
		}},
	}
	if name := os.Getenv("RT_TEST_CRASH_CHAIN"); name != "" {
		// With several workers a sibling may not have begun when it is canceled.
		rt.SetDefault(rt.New(rt.Workers(1)))
		programs[name].run()
	}
	for name, program := range programs {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestCrashes$")
			cmd.Env = append(os.Environ(), "RT_TEST_CRASH_CHAIN="+name)
			out, err := cmd.CombinedOutput()
			if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 2 {
				t.Errorf("the process ended with %v", err)
			}
			// The Go runtime indents the lines of a value that it prints.
			rest := strings.ReplaceAll(string(out), "\t", "")
			for _, want := range program.want {
				_, after, ok := strings.Cut(rest, strings.ReplaceAll(want, "\t", ""))
				if !ok {
					t.Fatalf("the output lacks %q, or it comes too early:\n%s", want, out)
				}
				rest = after
			}
		})
	}
}
