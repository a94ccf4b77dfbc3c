package poller

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt/internal/leak"
)

// TestMain checks that nothing outlives the tests.
func TestMain(m *testing.M) { leak.Main(m, leak.Shared{}) }
