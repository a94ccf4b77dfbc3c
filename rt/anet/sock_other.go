//go:build !unix

package anet

import (
	"errors"
	"syscall"
)

// reusePort says that it is not supported here.
func reusePort(syscall.RawConn) error { return errors.ErrUnsupported }

// lacking reports whether an accept has failed for want of something that others may give
// back.
func lacking(err error) bool {
	var temporary interface{ Temporary() bool }
	return errors.As(err, &temporary) && temporary.Temporary()
}
