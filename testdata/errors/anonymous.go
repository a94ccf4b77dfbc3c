package errors

import (
	"golang.org/x/sys/cpu"

	"github.com/asyncgen/asyncgen/rt"
)

// The type has no name, and blank fields of another package.
//
//async:func
func anonymous() bool {
	features := cpu.X86 // want `variable features lives across an await.*cannot be named`
	rt.Yield().Await()
	return features.HasAES
}
