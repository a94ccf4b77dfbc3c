package rttest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// giveUp cancels a context that a task sleeps under.
//
//async:func
func giveUp() error {
	began := rt.Now()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	child, stop := context.WithTimeout(ctx, time.Hour) // of the system's clock
	defer stop()
	sleeper := rt.Spawn(rt.WithContext(child, rt.Sleep(time.Minute)))
	defer sleeper.Cancel()
	several := rt.Spawn(rt.JoinAll(rt.WithContext(ctx, rt.Sleep(time.Minute)), rt.WithContext(context.Background(), rt.Sleep(2*time.Second))))
	defer several.Cancel()
	if err := rt.Sleep(time.Second).Await(); err != nil {
		return err
	}
	cancel()
	if _, err := sleeper.Await(); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("the sleep has ended with %v", err)
	}
	if passed := rt.Now().Sub(began); passed != time.Second {
		return fmt.Errorf("canceled after %v", passed)
	}
	list, _ := several.Await()
	if !errors.Is(list[0].Err, context.Canceled) || list[1].Err != nil {
		return fmt.Errorf("joined %v", list)
	}
	if passed := rt.Now().Sub(began); passed != 2*time.Second {
		return fmt.Errorf("joined after %v", passed)
	}
	return nil
}

// TestContext has a run end a context: who waits for that goes on before the clock does.
func TestContext(t *testing.T) { rttest.Seeds(t, 100, giveUpAsync) }

//async:func
func holdsOn(ctx context.Context) error {
	_, err := rt.WithContext(ctx, rt.Timeout(time.Second, rt.FromFunc(func(cx *rt.Context) rt.Poll[int] { return rt.Pending[int]() }))).Await()
	if !errors.Is(err, rt.ErrTimeout) {
		return err
	}
	return nil
}

// TestContextLeft leaves no one waiting for a context that goes on.
func TestContextLeft(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	rttest.Run(t, 1, func() *holdsOnFuture { return holdsOnAsync(ctx) })
	cancel() // would wake the task if that still waited
}
