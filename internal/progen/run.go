package progen

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/asyncgen/asyncgen/internal/progen/harness"
)

// packageTime is how long the functions of one package may run: a machine that loops
// without an await cannot be stopped in another way. A second is what it takes; a soak may
// have to leave the processors to others.
const packageTime = 2 * time.Minute

// A Failure is a function whose twin is not what it should be.
type Failure struct {
	Program *Program
	Func    *Func
	// What is compile (the compiler refused), build (go build did), diverge, crash or hang.
	What string
	Text string // diagnostics or the end of standard error

	Divergences []harness.Divergence
}

// String describes the failure with the source of the function.
func (f Failure) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d, %s: %s\n%s", f.Program.Config.Seed, f.Func.Name, f.What, f.Text)
	for _, d := range f.Divergences {
		fmt.Fprintf(&b, "%s\n--- plain\n%s\n--- twin\n%s\n", d.How, d.Want, d.Got)
	}
	fmt.Fprintf(&b, "--- source\n%s", f.Func.formatted())
	return b.String()
}

// kind tells failures apart that should not be confused: besides What it is the
// message of the first diagnostic, without position, names and numbers.
func (f Failure) kind() string {
	if f.What != "compile" && f.What != "build" {
		return f.What
	}
	first, _, _ := strings.Cut(f.Text, "\n")
	words := strings.FieldsFunc(positionOrNumber.ReplaceAllString(first, ""), func(r rune) bool { return r == ':' })
	return f.What + strings.Join(words[:min(1, len(words))], "")
}

var positionOrNumber = regexp.MustCompile(`^\S*:\d+:\d+:|\d+`)

// A Compiler generates the twins of all packages below dir, and gives the diagnostics by
// file name.
type Compiler func(dir string) (map[string]string, error)

// Result is what [Run] found out.
type Result struct {
	Compared, Skipped int
	Awaits, Panicked  int // of the plain runs: how much there was to compare
	Failures          []Failure
}

// Run compiles, builds and runs the programs in a module in dir, which should be empty. A
// function that does not get through the compiler or go build is a failure, and gets an
// empty body, so that the others can be tried. Without a compiler both copies have
// hand-made twins.
func Run(dir, repo string, programs []*Program, compile Compiler) (*Result, error) {
	m, err := newModule(dir, repo, programs, compile == nil)
	if err != nil {
		return nil, err
	}
	res := &Result{}
	for {
		bad, err := m.build(compile)
		if err != nil {
			return nil, err
		}
		if len(bad) == 0 {
			break
		}
		for _, f := range bad {
			failed := *f.Func
			if f.Func.empty() {
				m.hopeless[f.Program] = true
			}
			f.Func.Body = f.Func.leftOut()
			f.Func = &failed
			res.Failures = append(res.Failures, f)
			if err := m.writeProgram(f.Program); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range programs {
		if err := m.run(p, res); err != nil {
			return nil, err
		}
	}
	return res, nil
}

// leftOut is the body of a function that does not compile.
func (f *Func) leftOut() *Node {
	return &Node{Kind: Block, Name: "left out", Kids: []*Node{f.seqAround(&Node{Kind: Stmt, Text: `panic("left out")`})}}
}

func (f *Func) empty() bool { return f.Body.Name == "left out" }

// compileOnly is Run up to the first attempt to compile.
func compileOnly(dir, repo string, programs []*Program, compile Compiler) (*Result, error) {
	m, err := newModule(dir, repo, programs, false)
	if err != nil {
		return nil, err
	}
	bad, err := m.compile(compile)
	return &Result{Failures: bad}, err
}

// compile adds the twins, and gives the functions of which the compiler complains.
func (m *module) compile(compile Compiler) ([]Failure, error) {
	diagnostics, err := compile(filepath.Join(m.dir, "twin"))
	if err != nil {
		return nil, err
	}
	var bad []Failure
	for file, text := range diagnostics {
		f, err := m.blame(file, "compile", text)
		if err != nil {
			return nil, err
		}
		bad = append(bad, *f)
	}
	return bad, nil
}

// build compiles and builds once, and gives the functions that stand in the way.
func (m *module) build(compile Compiler) ([]Failure, error) {
	if !m.plain {
		if bad, err := m.compile(compile); err != nil || len(bad) > 0 {
			return bad, err
		}
	}
	overlay, err := m.overlay()
	if err != nil {
		return nil, err
	}
	// Without inlining and debug information the compiler takes two thirds of the time, and
	// without garbage collections, and one function after the other, half of that. What a program
	// means does not depend on any of them.
	cmd := exec.Command("go", "build", "-overlay="+overlay, "-gcflags="+scratchPath+"/...=-e -l -c=1 -dwarf=false", "-ldflags=-s -w", "-o", "run.exe", ".")
	cmd.Dir = m.dir
	cmd.Env = append(cmd.Environ(), "GOGC=off")
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil, nil
	}
	var bad []Failure
	texts := map[string]string{}
	for _, match := range buildError.FindAllSubmatch(out, -1) {
		texts[string(match[1])] += string(match[0]) + "\n"
	}
	for file, text := range texts {
		f, err := m.blame(file, "build", text)
		if err != nil {
			return nil, err
		}
		bad = append(bad, *f)
	}
	if len(bad) == 0 {
		return nil, fmt.Errorf("go build: %v\n%s", err, out)
	}
	return bad, nil
}

var buildError = regexp.MustCompile(`(?m)^((?:twin|oracle)/\w+/\w+\.go):\d+.*$`)

// blame finds the function whose file, or generated file, is called so.
func (m *module) blame(file, what, text string) (*Failure, error) {
	base := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file), ".go"), "_async")
	if kind := filepath.Base(filepath.Dir(filepath.Dir(file))); kind == "twin" {
		for _, p := range m.programs {
			if p.name() != filepath.Base(filepath.Dir(file)) {
				continue
			}
			for _, f := range p.Funcs {
				if strings.EqualFold(f.Name, base) {
					return &Failure{Program: p, Func: f, What: what, Text: text}, nil
				}
			}
		}
	}
	return nil, fmt.Errorf("%s: %s", file, text)
}

// run executes one package, again without the function that killed it as long as
// there is one.
func (m *module) run(p *Program, res *Result) error {
	var skip []string
	for len(skip) <= len(p.Funcs) {
		reports, stderr, err := m.execute(p, skip)
		running := ""
		for _, r := range reports {
			if r.Begin {
				running = r.Func
				continue
			}
			running = ""
			if r.Skipped {
				res.Skipped++
				continue
			}
			res.Compared++
			res.Awaits += r.Awaits
			if r.Panicked {
				res.Panicked++
			}
			if len(r.Divergences) > 0 {
				res.Failures = append(res.Failures, Failure{
					Program: p, Func: p.find(r.Func), What: "diverge", Divergences: r.Divergences})
			}
		}
		if err == nil {
			return nil
		}
		if running == "" {
			return fmt.Errorf("%s: %v\n%s", p.name(), err, stderr)
		}
		what := "crash"
		if errors.Is(err, context.DeadlineExceeded) {
			what = "hang"
		}
		res.Failures = append(res.Failures, Failure{Program: p, Func: p.find(running), What: what, Text: stderr})
		// What ran before has been counted.
		for _, r := range reports {
			if r.Begin {
				skip = append(skip, r.Func)
			}
		}
	}
	return nil
}

// execute runs the binary on one package and reads its reports.
func (m *module) execute(p *Program, skip []string) ([]harness.Report, string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), packageTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(m.dir, "run.exe"), append([]string{p.name()}, skip...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	var reports []harness.Report
	scanner := bufio.NewScanner(&stdout)
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		var r harness.Report
		if json.Unmarshal(scanner.Bytes(), &r) != nil {
			break // the process died while it wrote
		}
		reports = append(reports, r)
	}
	text := stderr.String()
	return reports, text[:min(len(text), 3000)], err
}

// find gives the function of that name.
func (p *Program) find(name string) *Func {
	for _, f := range p.Funcs {
		if f.Name == name {
			return f
		}
	}
	return nil
}
