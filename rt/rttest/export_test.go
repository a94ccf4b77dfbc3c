package rttest

import (
	"time"

	"github.com/asyncgen/asyncgen/rt/internal/leak"
)

// Impatient has checks that are to fail do so soon, until the returned function is called.
func Impatient() (restore func()) {
	old := patience
	patience, leak.Patience = 300*time.Millisecond, 300*time.Millisecond
	return func() { patience, leak.Patience = old, old }
}
