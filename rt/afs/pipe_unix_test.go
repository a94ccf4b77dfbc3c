//go:build unix

package afs_test

import (
	"syscall"
	"testing"
)

// mkfifo makes a pipe with a name.
func mkfifo(t testing.TB, name string) {
	t.Helper()
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
}
