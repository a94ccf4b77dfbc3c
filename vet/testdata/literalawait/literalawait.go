// Package literalawait awaits in function literals.
package literalawait

import (
	"sync"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

//async:func
func size(url string) int {
	rt.Yield().Await()
	return len(url)
}

//async:func
func sizes(urls []string) (list []int) {
	add := func(url string) {
		list = append(list, sizeAsync(url).Await()) // want `this await blocks the goroutine that calls the literal, it does not suspend sizes: await outside of the literal`
	}
	for _, url := range urls {
		add(url)
	}
	return list
}

//async:func
func nested(f rt.Future[int]) func() {
	return func() {
		rt.Await(f) // want `this await blocks`
		func() {
			rt.Await(f) // want `this await blocks`
		}()
		defer func() {
			rt.Await(f) // want `this await blocks`
		}()
		go func() { rt.Await(f) }()
		each([]int{1}, func(int) {
			rt.Await(f) // want `this await blocks`
		})
	}
}

func each(list []int, do func(int)) {
	for _, v := range list {
		do(v)
	}
}

//async:func
func parts(url string) (n int) {
	func() {
		n += sizeAsync(url).Await()
		func() { n += sizeAsync(url).Await() }()
	}()
	defer func() { sizeAsync(url).Await() }()
	defer sizeAsync(url).Await()
	return n
}

//async:func
func closures(url string) int {
	f := rt.Async(func() (int, error) { return sizeAsync(url).Await(), nil })
	n, _ := f.Await()
	make := func() rt.Future[int] {
		return rt.Async(func() (int, error) { return sizeAsync(url).Await(), nil })
	}
	m, _ := rt.Await(make())
	return n + m
}

//async:func
func goroutines(url string) {
	go func() { sizeAsync(url).Await() }()
	go sizeAsync(url).Await()
	var wg sync.WaitGroup
	wg.Go(func() { sizeAsync(url).Await() })
	time.AfterFunc(0, func() { sizeAsync(url).Await() })
}

// Literals in plain functions do what they look like.
func plain(url string) func() int {
	return func() int { return sizeAsync(url).Await() }
}
