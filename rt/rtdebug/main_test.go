package rtdebug_test

import (
	"context"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/leak"
)

// TestMain checks that nothing outlives the tests.
func TestMain(m *testing.M) { leak.Main(m, func() { rt.Default().Shutdown(context.Background()) }) }
