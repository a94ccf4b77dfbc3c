//go:build unix

package rt

import (
	"os"
	"syscall"
)

// closeDescriptor closes a descriptor. EINTR means closed here: on Linux it is,
// and a second attempt could hit the next owner of the number.
func closeDescriptor(sysfd int) error {
	if err := syscall.Close(sysfd); err != nil && err != syscall.EINTR {
		return os.NewSyscallError("close", err)
	}
	return nil
}
