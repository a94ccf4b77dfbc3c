package golden

import (
	"flag"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

var (
	update = flag.Bool("update", false, "record the cases anew, where they build and their twins behave")
	only   = flag.String("only", "", "build and compare the cases whose names match this regular `expression`, and no others")
	folder = flag.String("cases", "../../testdata/golden", "the `folder` of the cases")
)

// repo is the root of the project, as seen from this package's folder.
func repo(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// built is what the tests share: all cases, compiled and built once. The folder is removed
// by TestMain.
type built struct {
	dir       string
	cases     []*Case
	workspace *Workspace
	results   map[string]*Compiled
	err       error
}

var shared = sync.OnceValue(func() *built {
	b := new(built)
	root, err := filepath.Abs("../..")
	if err != nil {
		return &built{err: err}
	}
	if b.cases, b.err = LoadCases(*folder); b.err != nil {
		return b
	}
	wanted, err := regexp.Compile(*only)
	if err != nil {
		return &built{err: err}
	}
	b.cases = slices.DeleteFunc(b.cases, func(c *Case) bool { return !wanted.MatchString(c.Name) })
	if b.dir, b.err = os.MkdirTemp("", "golden"); b.err != nil {
		return b
	}
	if b.workspace, b.err = NewWorkspace(b.dir, root, b.cases); b.err != nil {
		return b
	}
	if b.results, b.err = b.workspace.Compile(); b.err != nil {
		return b
	}
	b.err = b.workspace.Build(b.results)
	return b
})

var sharedUsed bool

func build(t *testing.T) *built {
	t.Helper()
	sharedUsed = true
	b := shared()
	if b.err != nil {
		t.Fatal(b.err)
	}
	return b
}

func TestMain(m *testing.M) {
	code := m.Run()
	if sharedUsed {
		os.RemoveAll(shared().dir)
	}
	os.Exit(code)
}

// TestGolden executes every case and compares what the compiler and the programs produced
// with the golden file.
func TestGolden(t *testing.T) {
	b := build(t)
	for _, c := range b.cases {
		t.Run(c.Name, func(t *testing.T) {
			r := b.results[c.Name]
			if len(r.Problems) == 0 {
				execute(b.workspace, c, r)
			}
			for _, p := range r.Problems {
				t.Error(p)
			}
			if t.Failed() {
				return
			}
			if *update {
				if err := c.Record(&r.Result); err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, d := range c.Compare(&r.Result) {
				t.Error(d)
			}
		})
	}
}

// TestFrames holds the struct of each machine to what it has to hold. An exception is argued
// in the case: a line of its comment starts with "frame NAME:".
func TestFrames(t *testing.T) {
	if strconv.IntSize != 64 {
		t.Skip("the cases argue about 64-bit machines")
	}
	b := build(t)
	for _, c := range b.cases {
		r := b.results[c.Name]
		if len(r.Problems) > 0 {
			continue
		}
		frames, err := b.workspace.frames(c, r)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		for _, f := range frames {
			argued := strings.Contains("\n"+string(c.archive.Comment), "\nframe "+f.name+":")
			if over := float64(f.size) > frameSlack*float64(f.need()); over != argued {
				t.Errorf("%s: %s: over the limit: %v (%d%%), argued: %v", c.Name, f, over, f.size*100/f.need(), argued)
			}
		}
	}
}

func execute(w *Workspace, c *Case, r *Compiled) {
	out, err := w.Run(c.Name)
	r.Output = out
	if len(r.programs) == 0 {
		r.Problems = append(r.Problems, "no function of the case can be executed")
	}
	if err != nil {
		r.Problems = append(r.Problems, out, err.Error())
	}
	frames, err := w.frames(c, r)
	if err != nil {
		r.Problems = append(r.Problems, err.Error())
	}
	for _, f := range frames {
		r.Frames += f.String() + "\n"
	}
}

// TestFormatted holds generated files, and sources, to gofmt.
func TestFormatted(t *testing.T) {
	b := build(t)
	for _, c := range b.cases {
		for _, f := range c.Sources() {
			checkFormat(t, c.Name+"/"+f.Name, string(f.Data))
		}
		for name, text := range b.results[c.Name].Generated {
			checkFormat(t, c.Name+"/"+name, text)
		}
	}
}

func checkFormat(t *testing.T, name, text string) {
	t.Helper()
	want, err := format.Source([]byte(text))
	if err != nil {
		t.Errorf("%s: %v", name, err)
	} else if string(want) != text {
		t.Error(difference(name+" (against gofmt)", text, string(want)))
	}
}

// TestReproducible compiles everything again in another folder and with one processor. Any
// dependence on time, addresses, map order, scheduling or paths shows as a difference.
func TestReproducible(t *testing.T) {
	b := build(t)
	w, err := NewWorkspace(t.TempDir(), repo(t), b.cases)
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	again, err := w.Compile()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range b.cases {
		first, second := b.results[c.Name], again[c.Name]
		if first.IR != second.IR {
			t.Errorf("%s: %s", c.Name, difference(sectionIR, second.IR, first.IR))
		}
		for name, text := range first.Generated {
			if second.Generated[name] != text {
				t.Errorf("%s: %s", c.Name, difference(name, second.Generated[name], text))
			}
		}
	}
}

// TestVet runs go vet over the module. Cases that did not compile are TestGolden's matter.
func TestVet(t *testing.T) {
	if testing.Short() {
		t.Skip("go vet takes a while")
	}
	out, err := build(t).workspace.Vet()
	if err != nil {
		t.Errorf("%v\n%s", err, strings.TrimSpace(out))
	}
}
