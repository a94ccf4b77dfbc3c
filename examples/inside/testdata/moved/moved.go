// Package moved moves a future after its first poll, which go vet reports.
package moved

import (
	"time"

	"github.com/asyncgen/asyncgen/examples/inside"
	"github.com/asyncgen/asyncgen/rt"
)

func move(cx *rt.Context) *inside.Delay {
	d := inside.NewDelay(time.Second)
	d.Poll(cx)
	moved := *d
	return &moved
}
