package progen

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// scratchPath is the path of the temporary module. It begins like this module's, so that
// its packages may import an internal one.
const scratchPath = modulePath + "/scratch"

// module is a temporary module that holds both copies of some programs:
//
//	oracle/seed7/   with hand-made twins
//	twin/seed7/     with what the compiler adds
//	main.go         compares the package that its first argument names
type module struct {
	dir      string
	programs []*Program
	plain    bool // both copies have hand-made twins: a test of this package itself

	// hopeless holds the programs of which even an emptied function failed. Both their
	// copies have hand-made twins.
	hopeless map[*Program]bool
}

// newModule makes the module in dir, for a repository whose root is repo.
func newModule(dir, repo string, programs []*Program, plain bool) (*module, error) {
	m := &module{dir: dir, programs: programs, plain: plain, hopeless: map[*Program]bool{}}
	goMod, err := os.ReadFile(filepath.Join(repo, "go.mod"))
	if err != nil {
		return nil, err
	}
	goSum, err := os.ReadFile(filepath.Join(repo, "go.sum"))
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	for line := range strings.Lines(string(goMod)) {
		switch {
		case strings.HasPrefix(line, "module "):
			line = "module " + scratchPath + "\n"
		case strings.HasPrefix(line, "tool "):
			continue
		}
		text.WriteString(line)
	}
	fmt.Fprintf(&text, "\nrequire %s v0.0.0\n\nreplace %[1]s => %s\n", modulePath, repo)
	if err := m.write("go.mod", text.String()); err != nil {
		return nil, err
	}
	if err := m.write("go.sum", string(goSum)); err != nil {
		return nil, err
	}
	if err := m.write("main.go", m.mainFile()); err != nil {
		return nil, err
	}
	for _, p := range programs {
		if err := m.writeProgram(p); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// writeProgram writes both copies of p, again if it has changed.
func (m *module) writeProgram(p *Program) error {
	for _, handmade := range []bool{true, false} {
		dir := m.packageDir(p, handmade)
		if err := os.RemoveAll(filepath.Join(m.dir, dir)); err != nil {
			return err
		}
		for name, text := range p.files(handmade || m.plain || m.hopeless[p]) {
			if handmade || m.hopeless[p] { // the compiler must not look at it
				text = directives.ReplaceAllString(text, "")
			}
			if err := m.write(filepath.Join(dir, name), text); err != nil {
				return err
			}
		}
	}
	return nil
}

// packageDir is where a copy of p lies, relative to the module.
func (m *module) packageDir(p *Program, handmade bool) string {
	if handmade {
		return filepath.Join("oracle", p.name())
	}
	return filepath.Join("twin", p.name())
}

func (m *module) write(name, text string) error {
	path := filepath.Join(m.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o666)
}

// mainFile is the program that runs one package: its arguments are the name of
// the package and the functions to leave out.
func (m *module) mainFile() string {
	var imports, cases strings.Builder
	for i, p := range m.programs {
		fmt.Fprintf(&imports, "oracle%d %q\n", i, scratchPath+"/oracle/"+p.name())
		fmt.Fprintf(&imports, "twin%d %q\n", i, scratchPath+"/twin/"+p.name())
		fmt.Fprintf(&cases, "case %q:\nharness.Main(oracle%d.Package, twin%[2]d.Package, %d, os.Args[2:])\n", p.name(), i, p.Config.Seed)
	}
	return fmt.Sprintf("package main\n\nimport (\n\"os\"\n\n%q\n%s)\n\nfunc main() {\nswitch os.Args[1] {\n%s}\n}\n",
		harnessPath, imports.String(), cases.String())
}

var directives = regexp.MustCompile(`(?m)^//async:.*\n`)
