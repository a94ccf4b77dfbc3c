package twin

import "fmt"

// T is the part of a *testing.T that Compare uses.
type T interface {
	Helper()
	Errorf(format string, args ...any)
}

// Compare reports every divergence of f's twin from its plain form to t, and returns the
// plain outcome. It must not run in parallel with any other comparison.
func Compare(t T, f Func) Outcome {
	t.Helper()
	out, problems := Check(f)
	for _, p := range problems {
		t.Errorf("%s", p)
	}
	return out
}

// maxCancels bounds the number of leaves at which a program is cancelled: each costs two
// runs, and a loop's leaves soon repeat themselves.
const maxCancels = 24

// Check runs f in all the ways that the package comment lists. It returns the outcome of
// the plain function and a text for each run of the twin that differs.
func Check(f Func) (plain Outcome, problems []string) {
	r, plain := f.plainRun(plan{name: "plain", pends: always(0)})
	report := func(p plan, r *run, got, want Outcome) {
		if !got.equal(want) {
			problems = append(problems, fmt.Sprintf("%s, %s:\n twin:\n%s plain:\n%s", f.Name, p.name, got, want))
		}
		for _, fault := range r.faults {
			problems = append(problems, fmt.Sprintf("%s, %s: %s", f.Name, p.name, fault))
		}
	}
	original := f
	if f.Throughout != nil {
		blocking := plain
		original.Plain = f.Throughout
		r, plain = original.plainRun(plan{name: "plain throughout", pends: always(0)})
		report(plan{name: "as a plain function that blocks on machines"}, r, blocking, plain)
	}
	leaves := r.started
	for _, p := range []plan{
		{name: "ready at once", pends: always(0)},
		{name: "pending once, with spurious polls", pends: always(1), spurious: true},
		{name: "pending by seed 1", pends: seeded(1)},
		{name: "pending by seed 2, with spurious polls", pends: seeded(2), spurious: true},
	} {
		r, out, _ := f.twinRun(p)
		report(p, r, out, plain)
	}
	p := plan{name: "cancelled before the first poll", pends: always(0)}
	report(p, f.unstartedRun(p), Outcome{}, Outcome{})
	p = plan{name: "through Await", pends: always(1)}
	r, out := f.awaitRun(p)
	report(p, r, out, plain)

	for n := 1; n <= min(leaves, maxCancels); n++ {
		_, want := original.plainRun(plan{pends: always(0), cancelAt: n})
		for _, pends := range []int{0, 1} {
			p := plan{name: fmt.Sprintf("cancelled at leaf %d, others pending %d times", n, pends), pends: always(pends), cancelAt: n}
			if r, out, cancelled := f.twinRun(p); cancelled {
				report(p, r, out, want)
			}
		}
	}
	f.reset()
	return plain, problems
}
