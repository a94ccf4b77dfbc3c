//go:build unix

package rt

import (
	"syscall"
	"testing"
)

func init() {
	blockages = append(blockages, blockage{"pipe through a system call", func(t *testing.T, r *Runtime) (block, release func()) {
		var fds [2]int
		if err := syscall.Pipe(fds[:]); err != nil {
			t.Fatal(err)
		}
		return func() { syscall.Read(fds[0], make([]byte, 1)); syscall.Close(fds[0]) },
			func() { syscall.Close(fds[1]) }
	}})
}
