package parse

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestPositions checks that stubs move nothing: not on the line of the package clause, not
// where line directives or carriage returns stand.
func TestPositions(t *testing.T) {
	dir := writeModule(t, `
-- oneline/a.go --
package a; import "time"; func init() { undefined1() } /*
*/
//async:func
func F(time.Time) { undefined2() }
-- lines/a.go --
//line grammar.y:10
package a

//async:func
func F() { undefined3() }
//line /*
func g() { undefined4() }
`)
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("crlf/a.go", "//go:build linux || !linux\r\n\r\npackage a\r\n\r\n//async:func\r\nfunc F() { undefined5() }\r\n")
	var got []string
	for _, d := range loadDir(t, dir, "./...").Diags.Sorted() {
		rel, err := filepath.Rel(dir, d.Pos.Filename)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s:%d:%d %s", filepath.ToSlash(rel), d.Pos.Line, d.Pos.Column, d.Message))
	}
	want := []string{
		"crlf/a.go:6:12 undefined: undefined5",
		"lines/grammar.y:13:0 undefined: undefined3",
		"lines/grammar.y:15:0 undefined: undefined4",
		"oneline/a.go:1:41 undefined: undefined1",
		"oneline/a.go:4:21 undefined: undefined2",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestFiles checks the files of a package: what they are called, what is copied from
// them, and that offsets lead into the text.
func TestFiles(t *testing.T) {
	dir := writeModule(t, `
-- p/b_linux.go --
// Copyright.

//go:build linux && !plan9
// +build linux

package p

//async:func
func B() {}
-- p/a.go --
package p

//async:func
func A() { A2Async().Await() }

func plain() {}

//async:func
func A2() {}
-- p/none.go --
package p

//async:new
func New() *AFuture { return &AFuture{} }
-- p/p_test.go --
package p

//async:func
func helper() {}
-- p/x_test.go --
package p_test

//async:func
func external() {}
`)
	r, err := Load(Config{Dir: dir, Env: append(os.Environ(), "GOOS=linux")}, "./p")
	if err != nil || r.Diags.Len() > 0 {
		t.Fatal(err, r.Diags.Sorted())
	}
	var got []string
	for _, p := range r.Packages {
		for _, f := range p.Files {
			var names []string
			for _, fn := range f.Funcs {
				names = append(names, fn.Names.Func)
				if text := string(f.Source[f.Offset(fn.Decl.Name.Pos()):f.Offset(fn.Decl.Name.End())]); text != fn.Decl.Name.Name {
					t.Errorf("the name of %s is spelt %q in the text", fn.Names.Func, text)
				}
			}
			got = append(got, fmt.Sprint(p.Path, " ", filepath.Base(f.Path), " ", filepath.Base(f.Output), " ", names, " ", f.GoVersion, " ", f.Build))
		}
	}
	want := []string{
		"example.org/m/p a.go a_async.go [A A2] go1.26.0 []",
		"example.org/m/p b_linux.go b_async_linux.go [B] go1.26.0 [//go:build linux && !plan9]",
		"example.org/m/p p_test.go p_async_test.go [helper] go1.26.0 []",
		"example.org/m/p_test x_test.go x_async_test.go [external] go1.26.0 []",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestRelative checks that the folder where patterns are looked up may be relative.
func TestRelative(t *testing.T) {
	dir := writeModule(t, `
-- p/a.go --
package p

//async:func
func A() {}
`)
	t.Chdir(filepath.Dir(dir))
	for _, pattern := range []string{"./p", "./...", "p/a.go", "example.org/m/p"} {
		r := loadDir(t, filepath.Base(dir), pattern)
		if len(r.Packages) != 1 || len(r.Packages[0].Funcs) != 1 || r.Diags.Len() > 0 {
			t.Errorf("%s: packages %v, diagnostics %v", pattern, r.Packages, r.Diags.Sorted())
		} else if path := r.Packages[0].Files[0].Path; path != filepath.Join(dir, "p", "a.go") {
			t.Errorf("%s: the file is called %s", pattern, path)
		}
	}
}

// TestSizes checks that sizes are those of what is compiled for.
func TestSizes(t *testing.T) {
	l := &loader{cfg: Config{Dir: ".", Env: append(os.Environ(), "GOARCH=386")}}
	if arch := l.goarch(); arch != "386" {
		t.Errorf("compiling for %s", arch)
	}
}

// TestCgo loads a package that uses C, in functions that are not annotated and in one
// that is.
func TestCgo(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("cgo needs a C compiler")
	}
	dir := writeModule(t, `
-- c.go --
package c

// int answer(void) { return 42; }
import "C"

import "github.com/asyncgen/asyncgen/rt"

func answer() int { return int(C.answer()) }

//async:func
func Good() int {
	rt.Yield().Await()
	return answer()
}

//async:func
func Bad() int {
	return int(C.answer())
}
`)
	r, err := Load(Config{Dir: dir, Env: append(os.Environ(), "CGO_ENABLED=1")}, ".")
	if err != nil {
		t.Fatal(err)
	}
	ds := r.Diags.Sorted()
	if len(ds) != 1 || ds[0].Pos.Line != 18 || !strings.HasPrefix(ds[0].Message, "not supported: C.answer") {
		t.Errorf("%v", ds)
	}
	if len(r.Packages) != 1 || len(r.Packages[0].Funcs) != 1 || len(r.Packages[0].Funcs[0].Awaits) != 1 {
		t.Errorf("%v", r.Packages)
	}
}

// TestNothing checks that a run over packages without directives does not need the go
// command at all.
func TestNothing(t *testing.T) {
	dir := writeModule(t, `
-- a/a.go --
package a

var text = "//async:func"
-- b/old_async.go --
// Code generated by asyncgen. DO NOT EDIT.
`)
	t.Setenv("PATH", "")
	r := loadDir(t, dir, "./...")
	if len(r.Packages) > 0 || r.Diags.Len() > 0 || len(r.Orphans) != 1 {
		t.Errorf("%+v", r)
	}
}
