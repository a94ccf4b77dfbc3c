// Package fixed awaits.
package fixed

import (
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

//async:func
func check(url string) error { return rt.Sleep(0).Await() }

//async:func
func poll(url string) error {
	rt.Sleep(time.Second).Await()
	return checkAsync(url).Await()
}
