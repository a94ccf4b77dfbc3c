package main

import "github.com/asyncgen/asyncgen/rt"

// sumInline is sumChecked with literals whose futures are awaited where they are made.
//
//async:func
func sumInline(n int) (int, error) {
	sum := 0
	for i := range n {
		v, err := rt.Async(func() (int, error) { return plus(i, 3), nil }).Await()
		if err != nil {
			return 0, err
		}
		sum += v
	}
	return sum, nil
}

// sumClosures has closures: their futures could be elsewhere when they are awaited.
//
//async:func
func sumClosures(n int) (int, error) {
	sum := 0
	for i := range n {
		f := rt.Async(func() (int, error) { return plus(i, 3), nil })
		v, err := f.Await()
		if err != nil {
			return 0, err
		}
		sum += v
	}
	return sum, nil
}
