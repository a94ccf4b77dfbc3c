//go:build !race

package server_test

import (
	"bytes"
	"io"
	"runtime"
	"testing"

	"github.com/asyncgen/asyncgen/examples/httpd/server"
)

// A request that is answered at once allocates nothing: neither its head, nor the response, nor any
// machine. (The field Date is made anew each second.)
func TestNoAllocations(t *testing.T) {
	c := dial(t, start(t, server.Config{}))
	request, buf := []byte(get), make([]byte, 4096)
	ask := func(n int) {
		for range n {
			if _, err := c.Write(request); err != nil {
				t.Fatal(err)
			}
			got := 0
			for !bytes.HasSuffix(buf[:got], []byte("\r\n\r\nok")) {
				k, err := c.Read(buf[got:])
				if err != nil || k == 0 {
					t.Fatal(err, io.ErrNoProgress)
				}
				got += k
			}
		}
	}
	ask(100)
	const n = 2000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	ask(n)
	runtime.ReadMemStats(&after)
	if each := float64(after.Mallocs-before.Mallocs) / n; each > 0.1 {
		t.Errorf("%v allocations for a request", each)
	}
}
