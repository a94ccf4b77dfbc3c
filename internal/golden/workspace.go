package golden

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// modulePath lets the cases import internal packages of the project.
const modulePath = "github.com/asyncgen/asyncgen/golden"

// A Workspace is a temporary module that holds cases as packages.
type Workspace struct {
	Dir   string
	cases []*Case
}

// NewWorkspace writes the sources of cases, and a go.mod that takes the project from the
// folder repo, to dir. Nothing is compiled.
func NewWorkspace(dir, repo string, cases []*Case) (*Workspace, error) {
	// Positions of go/packages are free of symbolic links.
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	w := &Workspace{Dir: dir, cases: cases}
	mod, err := os.ReadFile(filepath.Join(repo, "go.mod"))
	if err != nil {
		return nil, err
	}
	sum, err := os.ReadFile(filepath.Join(repo, "go.sum"))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"go.mod": goMod(mod, repo), "go.sum": sum}
	for _, c := range cases {
		for _, f := range c.Sources() {
			files[filepath.Join(c.Name, filepath.FromSlash(f.Name))] = f.Data
		}
	}
	for name, data := range files {
		if err := w.write(name, data); err != nil {
			return nil, err
		}
	}
	return w, nil
}

var (
	moduleLine = regexp.MustCompile(`(?m)^module .*$`)
	toolLine   = regexp.MustCompile(`(?m)^tool .*$`)
)

// goMod turns the project's go.mod into one of a module that depends on it, with the same
// selection of versions, so that the module cache suffices.
func goMod(mod []byte, repo string) []byte {
	mod = moduleLine.ReplaceAll(mod, []byte("module "+modulePath))
	mod = toolLine.ReplaceAll(mod, nil)
	return fmt.Appendf(mod, "\nrequire github.com/asyncgen/asyncgen v0.0.0\n\nreplace github.com/asyncgen/asyncgen => %s\n", repo)
}

func (w *Workspace) write(name string, data []byte) error {
	path := filepath.Join(w.Dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o666)
}

// Env is the environment in which the go command works on the module: offline, and free
// to complete go.mod. Trimmed paths let the build cache serve the next workspace, whose
// folder has another name; without, each run of the tests compiles everything twice.
func Env() []string {
	return append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOPROXY=off", "GOWORK=off")
}

func (w *Workspace) goCommand(args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = w.Dir
	cmd.Env = Env()
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Vet runs go vet over the packages of all cases and returns what it says.
func (w *Workspace) Vet() (string, error) {
	args := []string{"vet"}
	for _, c := range w.cases {
		args = append(args, "./"+c.Name+"/...")
	}
	return w.goCommand(args...)
}

// Build writes the generated files of results and a driver to every case without
// problems, and to the copy that calls plain functions throughout, if there is one, and builds them
// into one program. Cases that do not compile get a problem and
// are left out.
func (w *Workspace) Build(results map[string]*Compiled) error {
	var good []string
	for _, c := range w.cases {
		r := results[c.Name]
		if len(r.Problems) > 0 {
			continue
		}
		if err := w.writeCase(c, r); err != nil {
			return err
		}
		good = append(good, c.Name)
		if len(r.throughout) > 0 {
			good = append(good, throughoutDir+"/"+c.Name)
		}
	}
	if len(good) == 0 {
		return nil // and each case says why
	}
	broken, err := w.brokenPackages(good)
	if err != nil {
		return err
	}
	for name, text := range broken {
		results[name].Problems = append(results[name].Problems, text)
	}
	good = slices.DeleteFunc(good, func(name string) bool { return broken[filepath.Base(name)] != "" })
	if err := w.write("main/main.go", mainFile(good)); err != nil {
		return err
	}
	if out, err := w.goCommand("build", "-o", "driver", "./main"); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// writeCase writes what was made of a case.
func (w *Workspace) writeCase(c *Case, r *Compiled) error {
	files := map[string][]byte{filepath.Join(c.Name, "zz_driver.go"): r.driver(c)}
	for name, text := range r.Generated {
		files[filepath.Join(c.Name, name)] = []byte(text)
	}
	if len(r.throughout) > 0 {
		dir := filepath.Join(throughoutDir, c.Name)
		for _, f := range c.Sources() {
			files[filepath.Join(dir, f.Name)] = f.Data
		}
		for name, text := range r.Generated {
			files[filepath.Join(dir, name)] = []byte(text)
		}
		for name, text := range r.throughout {
			files[filepath.Join(dir, name)] = text
		}
		files[filepath.Join(dir, "zz_driver.go")] = r.throughoutDriver(c)
	}
	for name, text := range files {
		if err := w.write(name, text); err != nil {
			return err
		}
	}
	return nil
}

// brokenPackages compiles the packages of the named cases and returns the compiler's
// messages by case.
func (w *Workspace) brokenPackages(names []string) (map[string]string, error) {
	args := []string{"build"}
	for _, name := range names {
		args = append(args, "./"+name+"/...")
	}
	out, err := w.goCommand(args...)
	broken := make(map[string]string)
	if err == nil {
		return broken, nil
	}
	// The go command prints a header "# import/path" above the messages of each package.
	for part := range strings.SplitSeq("\n"+out, "\n# ") {
		path, text, ok := strings.Cut(part, "\n")
		if name, ours := strings.CutPrefix(path, modulePath+"/"); ok && ours {
			name, _, _ = strings.Cut(strings.TrimPrefix(name, throughoutDir+"/"), "/")
			broken[name] += "generated code does not compile:\n" + text
		}
	}
	if len(broken) == 0 {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return broken, nil
}

// Run executes the programs of one case. The output is complete only without an error.
func (w *Workspace) Run(name string) (string, error) { return w.driver(name) }

func (w *Workspace) driver(args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(filepath.Join(w.Dir, "driver"), args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%w\n%s", err, stderr.String())
	}
	return stdout.String(), nil
}

// mainFile imports the named cases, whose drivers register their programs.
func mainFile(names []string) []byte {
	var b bytes.Buffer
	b.WriteString("package main\n\nimport (\n\t\"os\"\n\n\t\"github.com/asyncgen/asyncgen/internal/twin\"\n")
	for _, name := range names {
		fmt.Fprintf(&b, "\t_ %q\n", modulePath+"/"+name)
	}
	b.WriteString(")\n\nfunc main() {\n\tif os.Args[1] == \"-frames\" {\n\t\ttwin.Frames(os.Stdout, os.Args[2])\n\t} else if !twin.Main(os.Stdout, os.Args[1]) {\n\t\tos.Exit(1)\n\t}\n}\n")
	return b.Bytes()
}
