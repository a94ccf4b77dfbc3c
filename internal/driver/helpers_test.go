package driver

import (
	"os"
	"path/filepath"
	"testing"
)

// newModule makes an empty module, called example.org/m, that uses the runtime of this
// repository.
func newModule(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(repo, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "go.sum"), string(sum))
	writeFile(t, filepath.Join(dir, "go.mod"), `module example.org/m

go 1.26.0

require (
	github.com/asyncgen/asyncgen v0.0.0
	golang.org/x/sys v0.49.0 // indirect
)

replace github.com/asyncgen/asyncgen => `+repo+"\n")
	return dir
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
