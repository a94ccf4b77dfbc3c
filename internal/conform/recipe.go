package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// A recipe is what the first line of a file of the suite says.
type recipe struct {
	action string
	files  []string // further files of the package
	args   []string // of the program
}

// recipeLine matches the first line of a program that is to be compiled and run.
var recipeLine = regexp.MustCompile(`^// (run|rundir|runoutput)((?:[ \t]+(?:'[^']*'|"[^"]*"|[^ \t\n'"]+)+)*)[ \t]*\n`)

// word matches an argument in it.
var word = regexp.MustCompile(`(?:'[^']*'|"[^"]*"|[^ \t'"]+)+`)

// parseRecipe reads the first line of a file and reports whether it is one of a program that
// this compiler of Go can run. Flags of the compiler are ignored.
func parseRecipe(text string) (recipe, bool) {
	line := recipeLine.FindStringSubmatch(text)
	if line == nil {
		return recipe{}, false
	}
	r := recipe{action: line[1]}
	for _, w := range word.FindAllString(line[2], -1) {
		switch {
		case w == "-goexperiment":
			return recipe{}, false
		case strings.HasPrefix(w, "-"):
		case strings.HasSuffix(w, ".go"):
			r.files = append(r.files, w)
		default:
			r.args = append(r.args, w)
		}
	}
	return r, true
}

// sizeLimit is how many bytes a generated program may have.
const sizeLimit = 300_000

// packages reads the packages of the program whose file is given with its text. A generated
// one that is too large has none.
func (r recipe) packages(path string, text []byte) ([][]source, error) {
	switch r.action {
	case "rundir":
		return packagesIn(strings.TrimSuffix(path, ".go") + ".dir")
	case "runoutput":
		// The program is what this one prints.
		cmd := exec.Command("go", append([]string{"run", filepath.Base(path)}, r.files...)...)
		cmd.Dir = filepath.Dir(path)
		cmd.Env = append(os.Environ(), "GOWORK=off", "GO111MODULE=off")
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go run %s: %w", path, err)
		}
		if len(out) > sizeLimit {
			return nil, nil
		}
		return [][]source{{{"x.go", out}}}, nil
	}
	files := []source{{"x.go", text}}
	for _, name := range r.files {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(path), name))
		if err != nil {
			return nil, err
		}
		files = append(files, source{strings.ReplaceAll(name, "_", ""), text})
	}
	return [][]source{files}, nil
}

// packageLine finds the package clause of a file.
var packageLine = regexp.MustCompile(`(?m)^package +(\w+)`)

// packagesIn reads the packages of a folder: each its files, in the order of their names.
func packagesIn(dir string) ([][]source, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var names []string
	packages := map[string][]source{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		clause := packageLine.FindSubmatch(text)
		if clause == nil {
			return nil, fmt.Errorf("%s has no package clause", path)
		}
		name := string(clause[1])
		if packages[name] == nil {
			names = append(names, name)
		}
		// A file called p_test.go is not a test here.
		packages[name] = append(packages[name], source{strings.ReplaceAll(filepath.Base(path), "_", ""), text})
	}
	var out [][]source
	for _, name := range names {
		out = append(out, packages[name])
	}
	return out, nil
}
