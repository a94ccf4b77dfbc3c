package parse

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"
)

// writeModule writes the files of a txtar archive to a folder that is a module of its own,
// called example.org/m, and uses the runtime of this repository.
func writeModule(t testing.TB, archive string) string {
	t.Helper()
	dir := t.TempDir()
	repo, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(repo, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	mod := "module example.org/m\n\ngo 1.26.0\n\nrequire (\n\tgithub.com/asyncgen/asyncgen v0.0.0\n\tgolang.org/x/sys v0.49.0 // indirect\n)\n\nreplace github.com/asyncgen/asyncgen => " + repo + "\n"
	files := []txtar.File{{Name: "go.mod", Data: []byte(mod)}, {Name: "go.sum", Data: sum}}
	for _, f := range append(files, txtar.Parse([]byte(archive)).Files...) {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// load loads patterns in a module made of an archive.
func load(t testing.TB, archive string, patterns ...string) *Result {
	t.Helper()
	return loadDir(t, writeModule(t, archive), patterns...)
}

func loadDir(t testing.TB, dir string, patterns ...string) *Result {
	t.Helper()
	r, err := Load(Config{Dir: dir}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// loadClean is [load] of input without errors.
func loadClean(t testing.TB, archive string, patterns ...string) *Result {
	t.Helper()
	r := load(t, archive, patterns...)
	for _, d := range r.Diags.Sorted() {
		t.Error(d)
	}
	if t.Failed() {
		t.FailNow()
	}
	return r
}
