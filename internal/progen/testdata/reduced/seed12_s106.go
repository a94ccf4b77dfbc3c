// seed 12

package p

import (
	rt "github.com/asyncgen/asyncgen/internal/progen/harness"
	async "github.com/asyncgen/asyncgen/rt"
)

// F5 is generated.
//
//async:func
func F5(fuel int, a1 func(int) int, a2 [3]int, a3 error, rest ...int) (_ error) {
	rt.Tick()
	if fuel <= 0 {
		return
	}
	return
}

// M90 is generated.
//
//async:func
func (recv Num) M90(fuel int, a1 int, done *int, rest ...int) error {
	rt.Tick()
	if fuel <= 0 {
		return error(Fail{1})
	}
	return error(Fail{1})
}

// S106 is generated.
//
//async:stream
func S106(fuel int, a1 int) func(func() bool) {
	rt.Tick()
	Poll := 1
	_ = Poll
	return func(yield func() bool) {
		rt.Tick()
		if fuel <= 0 {
			return
		}
		var gr1 async.Group
		nv1 := rt.NewNever()
		gr1.Go(func() error {
			defer nv1.Left()
			defer rt.InTask()()
			rt.Tick()
			defer func() { rt.Panicked("S106.9", recover()) }()
			return (Num).M90Async(Num(3), fuel-1, 1, ptr(4), []int{1, 2, 3}...).Await()
		})
		nv1.Reached(&gr1)
		gr1.Go(func() error {
			defer rt.InTask()()
			if err := func() error {
				rt.Tick()
				return F5Async(fuel-1, twice, [3]int{1, Poll, 1}, error(Fail{1}), []int{1, 2, 3}...).Await()
			}(); err != nil {
				return err
			}
			return Fail{9}
		})
		rt.T("S106.13", gr1.Wait().Await())
	}
}
