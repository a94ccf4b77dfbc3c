package emit

import (
	"go/constant"
	"go/token"
	"go/types"
	"testing"
)

// TestLiteral writes constants and reads them back: value and default type must stay.
func TestLiteral(t *testing.T) {
	for _, text := range []string{
		"1", "-1", "1 << 100", "'x'", "'x' - 200", "1.5", "1.0", "1.0 / 3", "-1.0 / 3", "1e300 * 1e300",
		"2i", "1.5 - 2i", `"a\n\"b"`, "true", "float32(0.5)", "complex64(1i)", "uint8(7)",
	} {
		pkg := types.NewPackage("p", "p")
		want, err := types.Eval(token.NewFileSet(), pkg, token.NoPos, text)
		if err != nil {
			t.Fatal(err)
		}
		written := literal(want.Value, want.Type)
		if basic := want.Type.(*types.Basic); basic.Info()&types.IsUntyped == 0 {
			written = basic.Name() + "(" + written + ")"
		}
		got, err := types.Eval(token.NewFileSet(), pkg, token.NoPos, written)
		if err != nil {
			t.Errorf("%s is written as %s: %v", text, written, err)
			continue
		}
		if !constant.Compare(got.Value, token.EQL, want.Value) || got.Type != want.Type {
			t.Errorf("%s is written as %s, which is %s of type %s", text, written, got.Value, got.Type)
		}
	}
}
