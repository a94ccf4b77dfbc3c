package lower

import (
	"go/types"

	"github.com/asyncgen/asyncgen/internal/typeset"
)

// Mentions reports whether any named type that t is written with satisfies is.
func Mentions(t types.Type, is func(*types.TypeName) bool) bool { return typeset.WrittenWith(t, is) }
