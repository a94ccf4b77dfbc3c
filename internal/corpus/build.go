package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/emit"
	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

func (c *corpus) env() []string {
	return append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=mod -trimpath", "GOPROXY=off", "GOWORK=off", "GOGC=800")
}

// build compiles the packages and returns the errors of each that fails. Without inlining and
// debug information, and with few garbage collections, that takes half of the time.
func (c *corpus) build() map[string][]string {
	var args []string
	for _, p := range c.packages {
		args = append(args, "./"+target(p))
	}
	cmd := exec.Command("go", append([]string{"build", "-gcflags=-e -l -c=1 -dwarf=false", "-o", os.DevNull}, args...)...)
	cmd.Dir, cmd.Env = c.dir, c.env()
	out, _ := cmd.CombinedOutput()
	return errorsByPackage(out)
}

// errorsByPackage splits what the go command prints.
func errorsByPackage(out []byte) map[string][]string {
	failed := map[string][]string{}
	current := ""
	for line := range strings.Lines(string(out)) {
		line = strings.TrimRight(line, "\n")
		if rest, ok := strings.CutPrefix(line, "# "); ok {
			current = strings.TrimPrefix(strings.Fields(rest)[0], modulePath+"/")
			continue
		}
		failed[current] = append(failed[current], line)
	}
	return failed
}

// generate runs the compiler in process, package by package where one of them panics.
func (c *corpus) generate() error {
	lower.Check = true
	c.problems = map[string]int{}
	var patterns []string
	for _, p := range c.packages {
		patterns = append(patterns, "./"+target(p))
	}
	loaded, err := parse.Load(parse.Config{Dir: c.dir, Env: c.env()}, patterns...)
	for round := 0; err == nil && round < 5 && c.renamed(loaded.Diags.Sorted()); round++ {
		loaded, err = parse.Load(parse.Config{Dir: c.dir, Env: c.env()}, patterns...)
	}
	if err != nil {
		return err
	}
	for _, d := range loaded.Diags.Sorted() {
		c.problem(d)
	}
	for _, p := range loaded.Packages {
		c.generatePackage(p)
	}
	return nil
}

// renamed gives the functions whose twins clash another name, as their author would, and
// reports whether there were any.
func (c *corpus) renamed(diags []diag.Diagnostic) bool {
	found := false
	for _, d := range diags {
		if !strings.Contains(d.Message, "rename") || !strings.Contains(d.Message, "as=Name") {
			continue
		}
		text, err := os.ReadFile(d.Pos.Filename)
		if err != nil {
			continue
		}
		lines := strings.Split(string(text), "\n")
		for i := d.Pos.Line - 1; i >= 0 && i > d.Pos.Line-4; i-- {
			if lines[i] == "//async:func" {
				c.renames++
				lines[i] = fmt.Sprintf("//async:func as=renamedTwin%d", c.renames)
				found = true
				break
			}
		}
		if err := os.WriteFile(d.Pos.Filename, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			return false
		}
	}
	return found
}

func (c *corpus) generatePackage(p *parse.Package) {
	defer func() {
		if v := recover(); v != nil {
			c.messages = append(c.messages, fmt.Sprintf("%s: PANIC: %v\n%s", p.Path, v, debug.Stack()))
			c.problems["the compiler panics"]++
		}
	}()
	diags := &diag.List{Fset: p.Fset}
	machines := lower.Package(p, diags)
	for _, d := range diags.Sorted() {
		c.problem(d)
	}
	if diags.Len() > 0 {
		return
	}
	for _, f := range p.Files {
		out, err := emit.File(f, machines, emit.Options{}, diags)
		if err != nil {
			c.messages = append(c.messages, err.Error())
			c.problems["invalid Go"]++
			continue
		}
		if err := os.WriteFile(f.Output, out, 0o644); err != nil {
			c.messages = append(c.messages, err.Error())
		}
		c.generated += len(f.Funcs)
	}
}

var quoted = regexp.MustCompile("functions are not supported yet: write (\\w+)|twin of \\w+|declare \\w+|`[^`]*`|\"[^\"]*\"|\\b[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+|[A-Za-z]+(Async|Future)\\b")

// problem counts a diagnostic under its message without names.
func (c *corpus) problem(d diag.Diagnostic) {
	c.problems[quoted.ReplaceAllString(d.Message, "…")]++
	c.messages = append(c.messages, d.String())
}

// failed reports whether a package that compiled before does not any more.
func (c *corpus) failed(before, after map[string][]string) bool {
	for p := range after {
		if len(before[p]) == 0 {
			return true
		}
	}
	return c.problems["the compiler panics"]+c.problems["invalid Go"] > 0
}

// report prints the figures.
func (c *corpus) report(w io.Writer, before, after map[string][]string) {
	fmt.Fprintf(w, "%d packages, %d of them build outside of GOROOT\n", len(c.packages), len(c.packages)-len(before))
	fmt.Fprintf(w, "%d functions with a directive, %d generated\n", c.functions, c.generated)
	for _, k := range slices.SortedFunc(maps.Keys(c.problems), func(a, b string) int {
		return cmp.Or(c.problems[b]-c.problems[a], strings.Compare(a, b))
	}) {
		fmt.Fprintf(w, "%6d %s\n", c.problems[k], k)
	}
	for _, p := range slices.Sorted(maps.Keys(after)) {
		if len(before[p]) == 0 {
			fmt.Fprintf(w, "FAIL %s\n\t%s\n", p, strings.Join(after[p][:min(len(after[p]), 12)], "\n\t"))
		}
	}
	name := filepath.Join(c.dir, "messages.txt")
	if err := os.WriteFile(name, []byte(strings.Join(c.messages, "\n")), 0o644); err == nil {
		fmt.Fprintln(w, "messages in", name)
	}
}

// vet runs go vet over the packages that build and prints what it says of generated files.
func (c *corpus) vet(w io.Writer, failed map[string][]string) {
	var args []string
	for _, p := range c.packages {
		if len(failed[target(p)]) == 0 {
			args = append(args, "./"+target(p))
		}
	}
	cmd := exec.Command("go", append([]string{"vet"}, args...)...)
	cmd.Dir, cmd.Env = c.dir, c.env()
	out, _ := cmd.CombinedOutput()
	for line := range bytes.Lines(out) {
		if bytes.Contains(line, []byte("_async")) {
			fmt.Fprintf(w, "vet: %s", line)
		}
	}
}
