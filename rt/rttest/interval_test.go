package rttest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// A beatTime says when a tick was due and when it came, in milliseconds since the start.
type beatTime struct{ due, came int64 }

// lateTicks waits for six ticks, a hundred milliseconds apart, and has no time for three and a half of
// them after the second.
//
//async:func
func lateTicks(missed rt.MissedTicks, want []beatTime) error {
	start := rt.Now()
	beat := rt.NewInterval(100*time.Millisecond, missed)
	var got []beatTime
	for i := range 6 {
		due, err := beat.Tick().Await()
		if err != nil {
			return err
		}
		got = append(got, beatTime{due.Sub(start).Milliseconds(), rt.Now().Sub(start).Milliseconds()})
		if i == 1 {
			if err := rt.Sleep(350 * time.Millisecond).Await(); err != nil {
				return err
			}
		}
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("the ticks were %v, not %v", got, want)
	}
	return nil
}

// TestMissedTicks has ticks come late on the virtual clock, where it is exactly known when.
func TestMissedTicks(t *testing.T) {
	for name, c := range map[string]struct {
		missed rt.MissedTicks
		want   []beatTime
	}{
		"burst": {rt.Burst, []beatTime{{100, 100}, {200, 200}, {300, 550}, {400, 550}, {500, 550}, {600, 600}}},
		"skip":  {rt.Skip, []beatTime{{100, 100}, {200, 200}, {300, 550}, {600, 600}, {700, 700}, {800, 800}}},
		"delay": {rt.Delay, []beatTime{{100, 100}, {200, 200}, {300, 550}, {650, 650}, {750, 750}, {850, 850}}},
	} {
		t.Run(name, func(t *testing.T) {
			rttest.Run(t, 1, func() *lateTicksFuture { return lateTicksAsync(c.missed, c.want) })
		})
	}
}
