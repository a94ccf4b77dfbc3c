// Package rtdebug shows over HTTP what the tasks of a runtime are doing. It is apart from
// package rt, so that programs without a web server need not contain one.
package rtdebug

import (
	"net/http"

	"github.com/asyncgen/asyncgen/rt"
)

// Handler returns a handler that answers every request with the list that [rt.Runtime.Dump]
// writes, as plain text. If r is nil it is that of the default runtime. It is for the eyes of
// those who run the program: names of tasks and functions may tell more than others should know.
func Handler(r *rt.Runtime) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		which := r
		if which == nil {
			which = rt.Default()
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		// An error means that nobody listens any more.
		_ = which.Dump(w)
	})
}
