//go:build !asyncgen_portable

package rt

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestNewWithoutDescriptors starts runtimes when there are descriptors for none of the workers, for some
// of them, and for half of one. New says why it cannot, and leaves nothing.
func TestNewWithoutDescriptors(t *testing.T) {
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old)
	for free := range 4 { // two workers want four
		null, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		low := old
		low.Cur = uint64(null.Fd()) + 1 // what has a lower number is taken, or is from here on
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &low); err != nil {
			t.Fatal(err)
		}
		var taken []int
		for {
			sysfd, err := syscall.Dup(int(null.Fd()))
			if err != nil {
				break
			}
			taken = append(taken, sysfd)
		}
		low.Cur += uint64(free)
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &low); err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				err, _ := recover().(error)
				if !errors.Is(err, syscall.EMFILE) || !strings.HasPrefix(err.Error(), "rt: cannot start a runtime: ") {
					t.Errorf("with %d descriptors New panics with %v", free, err)
				}
			}()
			shutDown(t, New(Options{Workers: 2}))
			t.Errorf("with %d descriptors a runtime was started", free)
		}()
		for _, sysfd := range taken {
			syscall.Close(sysfd)
		}
		null.Close()
		syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old)
	}
}
