package main

import (
	"bytes"
	"context"
	"fmt"
	"go/build"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/asyncgen/asyncgen/emit"
	"github.com/asyncgen/asyncgen/internal/asyncify"
	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/internal/standin"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

// Limits of a program: one that needs more time of processors is late, and one that is still there
// after the patience, which is long since the machine may be busy with others, hangs.
const (
	limit    = 15 * time.Second
	patience = 20 * limit
)

func (s *suite) env() []string {
	return append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=mod -trimpath", "GOPROXY=off", "GOWORK=off")
}

func (s *suite) write(name string, data []byte) error {
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o666)
}

// registry is the package that joins many programs into one executable, which is linked
// once.
const registry = `package all

import "os"

var programs = map[string]func(){}

func Register(name string, main func()) { programs[name] = main }

func Run() {
	main := programs[os.Args[1]]
	os.Args = os.Args[1:]
	main()
}
`

// module writes what the programs share.
func (s *suite) module() error {
	mod := fmt.Sprintf("module %s\n\ngo 1.26.0\n\nrequire github.com/asyncgen/asyncgen v0.0.0\n\nrequire golang.org/x/sys v0.49.0\n\nreplace github.com/asyncgen/asyncgen => %s\n", modulePath, s.root)
	sum, err := os.ReadFile(filepath.Join(s.root, "go.sum"))
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{"go.mod": []byte(mod), "go.sum": sum, "all/all.go": []byte(registry), "pause/pause.go": []byte(asyncify.PauseSource)} {
		if err := s.write(name, data); err != nil {
			return err
		}
	}
	return nil
}

// compile transforms the programs and runs the compiler over them.
func (s *suite) compile() error {
	if err := s.module(); err != nil {
		return err
	}
	lower.Check = true
	t := newTransformer()
	byName := map[string]*program{}
	for _, p := range s.programs {
		files, err := t.transform(p)
		if err != nil {
			p.fail(skipped, "%v", err)
			continue
		}
		p.verdict = passed
		byName[p.name] = p
		for name, text := range files {
			if err := s.write(name, text); err != nil {
				return err
			}
		}
	}
	// Programs of one package are looked up without the go command.
	single, several := map[string]string{}, []string(nil)
	for _, p := range byName {
		if len(p.packages) == 1 {
			single[filepath.Join(s.dir, p.name)] = modulePath + "/" + p.name
		} else {
			several = append(several, "./"+p.name+"/...")
		}
	}
	env, err := standin.Env(s.env(), filepath.Join(s.dir, "standin"), s.dir, single, runtimePath)
	if err != nil {
		return err
	}
	if err := s.load(byName, env, slices.Collect(maps.Keys(single))); err != nil {
		return err
	}
	return s.load(byName, s.env(), several)
}

// load runs the compiler over some of the programs.
func (s *suite) load(byName map[string]*program, env, patterns []string) error {
	if len(patterns) == 0 {
		return nil
	}
	loaded, err := parse.Load(parse.Config{Dir: s.dir, Env: env}, patterns...)
	if err != nil {
		return err
	}
	for _, d := range loaded.Diags.Sorted() {
		if p := byName[s.programOf(d.Pos.Filename)]; p != nil {
			p.fail(declined, "%s", d)
		}
	}
	for _, pkg := range loaded.Packages {
		if p := byName[s.programOf(pkg.Dir)]; p != nil && p.verdict == passed {
			compileOne(p, pkg)
		}
	}
	return nil
}

// programOf gives the name of the program that a file or folder belongs to.
func (s *suite) programOf(path string) string {
	rel, err := filepath.Rel(s.dir, path)
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
	return name
}

func compileOne(p *program, pkg *parse.Package) {
	defer func() {
		if v := recover(); v != nil {
			p.fail(crashed, "the compiler panics: %v\n%s", v, debug.Stack())
		}
	}()
	diags := &diag.List{Fset: pkg.Fset}
	machines := lower.Package(pkg, diags)
	for _, f := range pkg.Files {
		if diags.Len() > 0 {
			break
		}
		out, err := emit.File(f, machines, emit.Options{}, diags)
		if err == nil && diags.Len() == 0 {
			err = os.WriteFile(f.Output, out, 0o666)
		}
		if err != nil {
			p.fail(crashed, "%v", err)
		}
	}
	for _, d := range diags.Sorted() {
		p.fail(declined, "%s", d)
	}
}

// compilerFlags has the compiler list all errors. With the same flags for every build, and for
// packages that are named as for those that are imported, each is compiled once. Without inlining
// and debug information, and with one function after the other, that takes half of the time.
const compilerFlags = "-gcflags=" + modulePath + "/...=-e -l -c=1 -dwarf=false"

// build builds the programs: those that can be libraries into one executable, the others
// each for itself. What does not build gets its verdict.
func (s *suite) build() error {
	args := []string{"build", compilerFlags}
	for _, p := range s.with(passed) {
		args = append(args, "./"+p.name)
	}
	out, _ := s.goCommand(append(args, "-o", os.DevNull)...)
	for part := range strings.SplitSeq("\n"+out, "\n# "+modulePath+"/") {
		name, text, _ := strings.Cut(part, "\n")
		for _, p := range s.programs {
			if p.name == name || strings.HasPrefix(name, p.name+"/") {
				p.fail(broken, "%s", text)
			}
		}
	}
	var all bytes.Buffer
	all.WriteString("package main\n\nimport \"" + modulePath + "/all\"\n\n")
	mains := []string{"build", compilerFlags, "-ldflags=-s -w", "-o", "bin/"}
	for _, p := range s.with(passed) {
		if p.alone {
			mains = append(mains, "./"+p.name)
		} else {
			fmt.Fprintf(&all, "import _ %q\n", modulePath+"/"+p.name)
		}
	}
	all.WriteString("\nfunc main() { all.Run() }\n")
	if err := s.write("joined/main.go", all.Bytes()); err != nil {
		return err
	}
	if out, err := s.goCommand(append(mains, "./joined")...); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

func (s *suite) goCommand(args ...string) (string, error) {
	// go build takes its flags first.
	if n := len(args); n > 2 && args[n-2] == "-o" {
		args = append([]string{args[0], "-o", args[n-1]}, args[1:n-2]...)
	}
	cmd := exec.Command("go", args...)
	// So does having fewer garbage collections.
	cmd.Dir, cmd.Env = s.dir, append(s.env(), "GOGC=800")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// runAll runs what was built. A program that differs in the joined executable, where
// those of the others are initialised too, gets another try by itself.
func (s *suite) runAll() error {
	var again []*program
	for _, p := range s.with(passed) {
		if p.alone {
			s.runOne(p, p.name)
		} else if s.runOne(p, "joined", p.name); p.verdict == differs {
			again = append(again, p)
		}
	}
	if err := s.separate(again); err != nil {
		return err
	}
	for _, p := range again {
		s.runOne(p, p.name)
	}
	for _, p := range append(s.with(broken), s.with(differs)...) {
		if reason := knownReasons[filepath.ToSlash(p.path)]; reason != "" {
			p.verdict, p.detail = known, []string{reason}
		}
	}
	return nil
}

// separate makes parts of the joined executable programs of their own.
func (s *suite) separate(programs []*program) error {
	if len(programs) == 0 {
		return nil
	}
	t := newTransformer()
	build := []string{"build", compilerFlags, "-ldflags=-s -w", "-o", "bin/"}
	for _, p := range programs {
		build = append(build, "./"+p.name)
		p.alone = true
		files, err := t.transform(p)
		if err != nil {
			return err
		}
		for name, text := range files {
			if err := s.write(name, text); err != nil {
				return err
			}
		}
		if err := s.renameGenerated(p); err != nil {
			return err
		}
	}
	if out, err := s.goCommand(build...); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// renameGenerated makes the generated files of a program those of a package main.
func (s *suite) renameGenerated(p *program) error {
	generated, err := filepath.Glob(filepath.Join(s.dir, p.name, "*_async.go"))
	if err != nil {
		return err
	}
	for _, name := range generated {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		text = bytes.Replace(text, []byte("\npackage "+p.name+"\n"), []byte("\npackage main\n"), 1)
		if err := os.WriteFile(name, text, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// How many awaits a program has for one that suspends: usually, if it does not come to its end
// in time with each of them suspending, and if known.go says that it goes deep. A suspension
// costs a poll of everything that is on the stack.
const (
	always = 1
	rarely = 1000
	hardly = 1_000_000
)

// runOne runs one program and compares.
func (s *suite) runOne(p *program, name string, args ...string) {
	args = append(args, p.args...)
	if goesDeep[filepath.ToSlash(p.path)] {
		s.runWith(p, hardly, name, args...)
	} else if s.runWith(p, always, name, args...); p.late {
		s.runWith(p, rarely, name, args...)
	}
}

// runWith does so with one of every so many awaits suspending.
func (s *suite) runWith(p *program, every int, name string, args ...string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	limited := fmt.Sprintf(`ulimit -t %d; exec "$0" "$@"`, int(limit.Seconds()))
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", limited, filepath.Join(s.dir, "bin", name)}, args...)...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "ASYNCIFY_EVERY="+strconv.Itoa(every), "GOROOT="+build.Default.GOROOT)
	out, err := cmd.CombinedOutput()
	p.verdict, p.detail, p.late = passed, nil, err != nil && used(cmd.ProcessState) > limit-limit/10
	switch {
	case err != nil:
		p.fail(differs, "%v\n%s", err, firstLines(string(out), 12))
	case string(out) != p.want:
		p.fail(differs, "output\n%s\nwant\n%s", firstLines(string(out), 12), firstLines(p.want, 12))
	}
}

// used is how much time of processors a process took, if there was one.
func used(p *os.ProcessState) time.Duration {
	if p == nil {
		return 0
	}
	return p.UserTime() + p.SystemTime()
}

func firstLines(s string, n int) string {
	lines := strings.SplitAfterN(s, "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "")
}
