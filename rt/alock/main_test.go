package alock_test

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

// TestMain checks that nothing outlives the tests.
func TestMain(m *testing.M) { leaf.Main(m) }
