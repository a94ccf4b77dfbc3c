package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/internal/srcedit"
)

// modulePath is the module that the copies live in. Internal packages of the standard
// library are imported from the copies, all others from GOROOT.
const modulePath = "corpus.test/std"

type corpus struct {
	dir, root string
	yield     bool
	packages  []string // import paths in the standard library
	functions int      // with a directive
	problems  map[string]int
	messages  []string
	generated int
	renames   int
}

// copyAll copies the packages that the go command lists.
func (c *corpus) copyAll(only []string) error {
	out, err := exec.Command("go", "list", "std").Output()
	if err != nil {
		return err
	}
	for _, path := range strings.Fields(string(out)) {
		if len(only) > 0 && !slices.Contains(only, path) && !strings.Contains(path, "internal") && !strings.HasPrefix(path, "vendor/") {
			continue
		}
		// Other packages' internals are needed even if only some are asked for.
		annotate := len(only) == 0 || slices.Contains(only, path)
		has, err := c.copyPackage(path, annotate)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if has && annotate {
			c.packages = append(c.packages, path)
		}
	}
	mod := fmt.Sprintf("module %s\n\ngo 1.26.0\n\nrequire github.com/asyncgen/asyncgen v0.0.0\n\nrequire golang.org/x/sys v0.49.0\n\nreplace github.com/asyncgen/asyncgen => %s\n", modulePath, c.root)
	if err := os.WriteFile(filepath.Join(c.dir, "go.mod"), []byte(mod), 0o644); err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(c.root, "go.sum"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.dir, "go.sum"), sum, 0o644)
}

// target is where a package of the standard library goes in the module.
func target(path string) string {
	return strings.Replace(path, "vendor/", "xvendor/", 1)
}

func (c *corpus) copyPackage(path string, annotate bool) (hasGo bool, err error) {
	ctx := build.Default
	ctx.CgoEnabled = false
	src := filepath.Join(build.Default.GOROOT, "src", filepath.FromSlash(path))
	p, err := ctx.ImportDir(src, 0)
	if _, none := err.(*build.NoGoError); none || err == nil && len(p.GoFiles) == 0 {
		return false, nil
	} else if err != nil {
		return false, err
	}
	dst := filepath.Join(c.dir, filepath.FromSlash(target(path)))
	if err := os.MkdirAll(dst, 0o755); err != nil {
		return false, err
	}
	for _, name := range slices.Concat(p.SFiles, p.HFiles, p.EmbedPatterns) {
		matches, _ := filepath.Glob(filepath.Join(src, name))
		for _, m := range matches {
			rel, _ := filepath.Rel(src, m)
			if err := copyTree(m, filepath.Join(dst, rel)); err != nil {
				return false, err
			}
		}
	}
	bodyless := false
	for _, name := range p.GoFiles {
		text, err := os.ReadFile(filepath.Join(src, name))
		if err != nil {
			return false, err
		}
		out, less, err := c.rewrite(name, text, annotate)
		if err != nil {
			return false, err
		}
		bodyless = bodyless || less
		if err := os.WriteFile(filepath.Join(dst, name), out, 0o644); err != nil {
			return false, err
		}
	}
	if bodyless && len(p.SFiles) == 0 {
		return true, os.WriteFile(filepath.Join(dst, "empty.s"), nil, 0o644)
	}
	return true, nil
}

func copyTree(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(to, os.DirFS(from))
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	// The assembler accepts these only in the standard library; the code is never linked.
	data = bytes.ReplaceAll(data, []byte("<ABIInternal>"), nil)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

// rewrite changes imports and, if annotate, adds a directive to every function that can have
// one. It reports whether a function lacks its body.
func (c *corpus) rewrite(name string, text []byte, annotate bool) (out []byte, bodyless bool, err error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, false, err
	}
	off := func(p token.Pos) int { return fset.PositionFor(p, false).Offset }
	var edits []srcedit.Edit
	for _, imp := range f.Imports {
		path, _ := strconv.Unquote(imp.Path.Value)
		if to := importPath(path); to != path {
			edits = append(edits, srcedit.Edit{At: off(imp.Path.Pos()), End: off(imp.Path.End()), Text: strconv.Quote(to)})
		}
	}
	awaits := false
	for _, g := range f.Comments {
		for _, c := range g.List {
			// Only cgo and the standard library may write these; the code is never linked.
			if strings.HasPrefix(c.Text, "//go:cgo_") || strings.HasPrefix(c.Text, "//go:uintptrkeepalive") {
				edits = append(edits, srcedit.Edit{At: off(c.Pos()), End: off(c.Pos()) + 2, Text: "// "})
			}
		}
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if fn.Body == nil {
			bodyless = true
			continue
		}
		if !annotate || fn.Name.Name == "init" && fn.Recv == nil || fn.Name.Name == "_" {
			continue
		}
		c.functions++
		edits = append(edits, srcedit.Edit{At: off(fn.Pos()), End: off(fn.Pos()), Text: "//\n//async:func\n"})
		if c.yield && !hasNosplit(fn) {
			awaits = true
			for _, at := range srcedit.Blocks(fn.Body) {
				edits = append(edits, srcedit.Edit{At: off(at), End: off(at), Text: "; corpusrt.Yield().Await();"})
			}
		}
	}
	if awaits {
		end := off(f.Name.End())
		edits = append(edits, srcedit.Edit{At: end, End: end, Text: `; import corpusrt "github.com/asyncgen/asyncgen/rt"`})
	}
	return srcedit.Apply(text, edits), bodyless, nil
}

func hasNosplit(fn *ast.FuncDecl) bool {
	return fn.Doc != nil && strings.Contains(fn.Doc.Text(), "nosplit")
}

// importPath is where a copied package imports path from.
func importPath(path string) string {
	switch {
	case strings.HasPrefix(path, "golang.org/x/"):
		return modulePath + "/xvendor/" + path
	case strings.Contains("/"+path+"/", "/internal/"):
		return modulePath + "/" + path
	}
	return path
}
