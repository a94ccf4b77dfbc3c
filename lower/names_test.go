package lower

import "testing"

func TestImportable(t *testing.T) {
	for _, c := range []struct {
		path, from string
		want       bool
	}{
		{"fmt", "example.com/m", true},
		{"example.com/m/a", "example.com/n", true},
		{"example.com/m/internal/a", "example.com/m", true},
		{"example.com/m/internal/a", "example.com/m/b", true},
		{"example.com/m/internal/a", "example.com/mm/b", false},
		{"example.com/m/internal/a", "example.com/n", false},
		{"example.com/m/a/internal", "example.com/m/a", true},
		{"example.com/m/a/internal", "example.com/m/b", false},
		{"internal/abi", "example.com/m", false},
		{"internal/abi", "reflect", true},
		{"example.com/m/internalist", "example.com/n", true},
	} {
		if got := importable(c.path, c.from); got != c.want {
			t.Errorf("importable(%q, %q) = %v", c.path, c.from, got)
		}
	}
}
