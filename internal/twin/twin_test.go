package twin

import (
	"errors"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// plain is the function whose machine this test writes by hand.
func plain(n int) (sum int, err error) {
	defer func() { Log("deferred", recover()) }()
	sum = Later(n).Await()
	Log("between")
	d, err := Fails(10, errors.New("late")).Await()
	return sum + d, err
}

// machineFuture is what a compiler could make of plain. The flaws are switched on by tests.
type machineFuture struct {
	rt.Pin
	state  int
	n      int
	first  *LaterFuture[int]
	second FailsFuture[int]

	dropsChild   bool // Cancel forgets the child
	lateChild    bool // Cancel runs the defer before it cancels the child
	defersTwice  bool
	keepsWaker   bool // children are polled with the first context for ever
	losesValue   bool
	repeats      bool // each poll repeats what stands before the await
	neverStarted bool // Cancel runs the defer before the first poll, too
	goesOn       bool // a cancel is forgotten
	stands       bool // Where does not know the end
	cx           *rt.Context
}

func (f *machineFuture) Poll(cx *rt.Context) rt.Poll[int] {
	if f.keepsWaker {
		if f.cx == nil {
			f.cx = cx
		}
		cx = f.cx
	}
	switch f.state {
	case 0:
		f.first = Later(f.n)
		f.state = 1
		fallthrough
	case 1:
		p := f.first.Poll(cx)
		if !p.Ready {
			return rt.Pending[int]()
		}
		f.n = p.Value
		Log("between")
		f.second = *Fails(10, errors.New("late"))
		f.state = 2
	case 2:
		if f.repeats {
			Log("between")
		}
	default:
		panic(rt.Completed("twin.machine"))
	}
	p := f.second.Poll(cx)
	if !p.Ready {
		return rt.Pending[int]()
	}
	f.state = 3
	Log("deferred", nil)
	if f.losesValue {
		p.Value = 0
	}
	return rt.Finish(f.n+p.Value, p.Err)
}

func (f *machineFuture) Cancel() {
	state := f.state
	f.state = 4
	if state == 0 || state > 2 {
		if state == 0 && f.neverStarted {
			Log("deferred")
		}
		return
	}
	if f.goesOn {
		f.state = state
	}
	if f.lateChild {
		Log("deferred", nil)
	}
	if !f.dropsChild {
		if state == 1 {
			f.first.Cancel()
		} else {
			f.second.Cancel()
		}
	}
	if !f.lateChild {
		Log("deferred", nil)
	}
	if f.defersTwice {
		Log("deferred", nil)
	}
}

func (f *machineFuture) Where(w *rt.Where) {
	if f.state <= 2 || f.stands {
		w.At("plain", "")
	}
}

func (f *machineFuture) Await() (int, error) { return rt.Await[int](f) }

func check(flaw func(*machineFuture)) (Outcome, []string) {
	return Check(Func{
		Name:  "plain",
		Plain: plain,
		Twin: func(n int) *machineFuture {
			f := &machineFuture{n: n}
			flaw(f)
			return f
		},
		Args: func() []any { return []any{1} },
	})
}

func TestCheckAcceptsAGoodMachine(t *testing.T) {
	out, problems := check(func(*machineFuture) {})
	if len(problems) > 0 {
		t.Errorf("problems of a machine without flaws:\n%s", strings.Join(problems, "\n"))
	}
	const want = "\ttrace between, deferred <nil>\n\treturn 11, error(late)\n"
	if out.String() != want {
		t.Errorf("plain outcome\n%s, want\n%s", out, want)
	}
}

func TestCheckFindsFlaws(t *testing.T) {
	tests := []struct {
		name string
		flaw func(*machineFuture)
		want string
	}{
		{"child dropped", func(f *machineFuture) { f.dropsChild = true }, "leaves are left waiting"},
		{"child cancelled late", func(f *machineFuture) { f.lateChild = true }, "before the awaited child was cancelled"},
		{"defer twice", func(f *machineFuture) { f.defersTwice = true }, "cancelled at leaf 1"},
		{"waker kept", func(f *machineFuture) { f.keepsWaker = true }, "waker of an earlier poll"},
		{"value lost", func(f *machineFuture) { f.losesValue = true }, "return 1, error(late)"},
		{"body repeated", func(f *machineFuture) { f.repeats = true }, "a spurious poll executes"},
		{"cancel before start", func(f *machineFuture) { f.neverStarted = true }, "before the first poll"},
		{"poll after a cancel", func(f *machineFuture) { f.goesOn = true }, "a poll after the end does not panic"},
		{"stands after the end", func(f *machineFuture) { f.stands = true }, "says that it stands at plain"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, problems := check(test.flaw)
			if all := strings.Join(problems, "\n"); !strings.Contains(all, test.want) {
				t.Errorf("no problem contains %q:\n%s", test.want, all)
			}
		})
	}
}

// TestMoved holds a leaf to its report of a machine that copies it while it waits.
func TestMoved(t *testing.T) {
	r := begin(plan{pends: always(1)})
	r.driven = true
	first := &TickFuture{}
	w := newSignal(rt.NewContext(rt.Waker{}))
	if first.Poll(w.cx).Ready {
		t.Fatal("a leaf that is to pend once is ready at its first poll")
	}
	second := &TickFuture{leaf: first.leaf}
	second.Poll(w.cx)
	if len(r.faults) != 1 || !strings.Contains(r.faults[0], "moved") {
		t.Errorf("faults are %q", r.faults)
	}
}

func TestRun(t *testing.T) {
	for seed := range uint64(3) {
		n, err := Run(&machineFuture{n: 5}, seed)
		if n != 15 || err == nil {
			t.Errorf("seed %d: %d, %v", seed, n, err)
		}
	}
}
