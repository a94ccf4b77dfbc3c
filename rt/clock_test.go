package rt

import (
	"math"
	"testing"
	"time"
)

func TestNow(t *testing.T) {
	r := newTestRuntime(t)
	before := time.Now()
	if got := r.Now(); got.Before(before) || got.After(time.Now()) {
		t.Errorf("Now is %v, before %v", got, before)
	}
	if got := Now(); got.Before(before) || got.After(time.Now()) {
		t.Errorf("Now of the default runtime is %v, before %v", got, before)
	}
}

// TestInstant checks that a time of day is as far away as it says, and that times too far
// away are at the ends of time.
func TestInstant(t *testing.T) {
	r := newTestRuntime(t)
	at := time.Now().Add(time.Hour)
	exact := r.instant(sinceBase(at))
	if got := at.Sub(clockBase); exact != int64(got) {
		t.Errorf("instant is %d, want %d", exact, got)
	}
	ofDay := r.instant(sinceBase(at.Round(0)))
	if diff := time.Duration(ofDay - exact).Abs(); diff > time.Second {
		t.Errorf("the same time of day is %v away", diff)
	}
	if got := r.instant(sinceBase(time.Time{})); got > -int64(100*365*24*time.Hour) {
		t.Errorf("the year 1 is %d", got)
	}
	for _, c := range []struct {
		t    int64
		d    time.Duration
		want int64
	}{
		{1, 2, 3}, {5, -6, -1},
		{1, math.MaxInt64, math.MaxInt64}, {-2, math.MinInt64, math.MinInt64},
	} {
		if got := later(c.t, c.d); got != c.want {
			t.Errorf("later(%d, %d) is %d, want %d", c.t, c.d, got, c.want)
		}
	}
}
