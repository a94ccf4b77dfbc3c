package main

import (
	"encoding/json"
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/internal/asyncify"
)

// A site is a copied package in the module where it is made asynchronous.
type site struct {
	root   string // folder of the module
	module string // its path
	folder string // of the package, relative to root
}

func (s site) dir() string { return filepath.Join(s.root, s.folder) }

// pause is the import path of the package whose futures are awaited.
func (s site) pause() string { return s.module + "/" + pauseFolder }

const pauseFolder = "async_pause"

// bootstrap is the module that packages of the standard library are copied to. The go command
// lets packages whose path begins with bootstrap/ import the internal packages of the standard
// library, since Go's own bootstrap needs that. So only the package itself has to be copied.
const bootstrap = "bootstrap/judge"

// lay copies a package with all that it needs, and leaves it as it is.
func (j *judge) lay(s *subject) (site, error) {
	at := site{root: filepath.Join(j.dir, "module"), module: bootstrap, folder: s.path}
	if err := os.RemoveAll(at.root); err != nil {
		return at, err
	}
	var err error
	if j.module == "" {
		err = j.layStandard(s, at)
	} else {
		at, err = j.layModule(s, at)
	}
	if err != nil {
		return at, err
	}
	return at, j.supply(at)
}

// layStandard copies a package of the standard library, its tests, and what they read.
func (j *judge) layStandard(s *subject, at site) error {
	src := filepath.Join(build.Default.GOROOT, "src")
	ctx := context()
	pkg, err := ctx.ImportDir(filepath.Join(src, s.path), 0)
	if err != nil {
		return err
	}
	for _, name := range append([]string{filepath.Join(s.path, "testdata")}, s.also...) {
		if err := copyFiles(filepath.Join(at.root, name), filepath.Join(src, name)); err != nil {
			return err
		}
	}
	for _, name := range slices.Concat(pkg.GoFiles, pkg.TestGoFiles, pkg.XTestGoFiles) {
		if s.without[name] != "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(pkg.Dir, name))
		if err != nil {
			return err
		}
		if text, err = redirect(s.path, at.module+"/"+s.path, name, text); err != nil {
			return err
		}
		if err := writeFile(filepath.Join(at.dir(), name), text); err != nil {
			return err
		}
	}
	return writeFile(filepath.Join(at.root, "go.mod"), []byte("module "+bootstrap+"\n"))
}

// layModule copies the whole module of a package, so that what the package and its tests import
// is found as before. The other packages of the module stay as they are.
func (j *judge) layModule(s *subject, at site) (site, error) {
	src, err := j.moduleFolder()
	if err != nil {
		return at, err
	}
	if err := os.CopyFS(at.root, os.DirFS(src)); err != nil {
		return at, err
	}
	if _, err := os.Stat(filepath.Join(at.root, "go.mod")); os.IsNotExist(err) {
		name, _, _ := strings.Cut(j.module, "@")
		if err := writeFile(filepath.Join(at.root, "go.mod"), []byte("module "+name+"\n")); err != nil {
			return at, err
		}
	}
	name, err := j.goCommand(at.root, "list", "-m")
	if err != nil {
		return at, err
	}
	at.module = strings.TrimSpace(string(name))
	at.folder = strings.TrimPrefix(strings.TrimPrefix(s.path, at.module), "/")
	if s.path != at.module && s.path != at.module+"/"+at.folder {
		return at, fmt.Errorf("%s is not in the module %s", s.path, at.module)
	}
	for name := range s.without {
		if err := os.Remove(filepath.Join(at.dir(), name)); err != nil {
			return at, err
		}
	}
	return at, nil
}

// moduleFolder gives the folder of the module of the packages.
func (j *judge) moduleFolder() (string, error) {
	if !strings.Contains(j.module, "@") {
		return j.module, nil
	}
	out, err := j.goCommand(".", "mod", "download", "-json", j.module)
	if err != nil {
		return "", err
	}
	var downloaded struct{ Dir string }
	err = json.Unmarshal(out, &downloaded)
	return downloaded.Dir, err
}

// supply adds what asynchronous code needs to a module.
func (j *judge) supply(at site) error {
	if err := writeFile(filepath.Join(at.root, pauseFolder, "pause.go"), []byte(asyncify.PauseSource)); err != nil {
		return err
	}
	// A module must not have an older Go version than those it needs.
	_, err := j.goCommand(at.root, "mod", "edit", "-go=1.26.0", "-toolchain=none",
		"-require=github.com/asyncgen/asyncgen@v0.0.0", "-replace=github.com/asyncgen/asyncgen="+j.root)
	if err != nil {
		return err
	}
	sums, err := os.ReadFile(filepath.Join(j.root, "go.sum"))
	if err != nil {
		return err
	}
	own, err := os.ReadFile(filepath.Join(at.root, "go.sum"))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	return writeFile(filepath.Join(at.root, "go.sum"), slices.Concat(own, sums))
}

// goCommand runs the go command in a folder and returns what it prints.
func (j *judge) goCommand(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	var stderr strings.Builder
	cmd.Dir, cmd.Env, cmd.Stderr = dir, j.env(j.every), &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return out, nil
}

func copyFiles(dst, src string) error {
	info, err := os.Stat(src)
	if os.IsNotExist(err) {
		return nil
	} else if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(dst, os.DirFS(src))
	}
	text, err := os.ReadFile(src)
	if err != nil {
		return err
	}
	return writeFile(dst, text)
}

// writeFile writes a file and makes its folder.
func writeFile(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o666)
}
