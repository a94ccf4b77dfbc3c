package parse

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A target is a folder that the user has asked for.
type target struct {
	dir   *directory
	files []string // the only files to generate for, if the user named files
	wild  bool     // found by a pattern with ..., never named itself
}

// orphans lists those of the folder, or those that named files have left behind.
func (t *target) orphans() []string {
	all := t.dir.orphans()
	if t.files == nil {
		return all
	}
	return slices.DeleteFunc(all, func(path string) bool {
		source, _ := sourcePath(path)
		return !slices.Contains(t.files, source)
	})
}

// expand finds the folders that patterns name. Folders given by path are looked up
// without the go command, so that a run over packages without directives costs no more
// than reading them; only import paths need it.
func (l *loader) expand(patterns []string) ([]*target, error) {
	var paths []string // import paths
	for _, p := range patterns {
		var err error
		switch {
		case strings.HasSuffix(p, ".go"):
			err = l.addFile(p)
		case isLocal(p) && strings.HasSuffix(p, "/..."):
			err = l.addTree(strings.TrimSuffix(p, "/..."))
		case isLocal(p) && !strings.Contains(p, "..."):
			err = l.addDir(p)
		default:
			paths = append(paths, p)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(paths) > 0 {
		if err := l.addPaths(paths); err != nil {
			return nil, err
		}
	}
	return l.targets, nil
}

// isLocal reports whether a pattern is a path in the file system and not an import path.
func isLocal(p string) bool {
	return p == "." || p == ".." || strings.HasPrefix(p, "./") || strings.HasPrefix(p, "../") || filepath.IsAbs(p)
}

func (l *loader) abs(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(l.cfg.Dir, path)
}

// add scans a folder and makes it a target; file, if not empty, is the one file of it to
// generate for. wild says that a pattern has found it.
func (l *loader) add(dir, file string, wild bool) error {
	d, err := l.scan.scan(dir)
	if err != nil {
		return err
	}
	for _, t := range l.targets {
		if t.dir != d {
			continue
		}
		t.wild = t.wild && wild
		if file == "" {
			t.files = nil
		} else if t.files != nil {
			t.files = append(t.files, file)
		}
		return nil
	}
	t := &target{dir: d, wild: wild}
	if file != "" {
		t.files = []string{file}
	}
	l.targets = append(l.targets, t)
	return nil
}

func (l *loader) addFile(p string) error {
	path := l.abs(p)
	if info, err := os.Stat(path); err != nil {
		return err
	} else if info.IsDir() {
		return l.add(path, "", false)
	}
	return l.add(filepath.Dir(path), path, false)
}

func (l *loader) addDir(p string) error {
	dir := l.abs(p)
	if err := l.add(dir, "", false); err != nil {
		return err
	}
	if d := l.scan.dirs[dir]; d == nil || len(d.sources) == 0 {
		return fmt.Errorf("no Go files in %s", dir)
	}
	return nil
}

// addTree adds a folder and all below it that the go command's pattern dir/... would
// match: no other modules, and nothing called testdata, vendor, _x or .x.
func (l *loader) addTree(p string) error {
	root := l.abs(p)
	mod := l.scan.module(root)
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		if path != root && l.pruned(mod, path) {
			return filepath.SkipDir
		}
		return l.add(path, "", true)
	})
}

func (l *loader) pruned(mod *module, path string) bool {
	name := filepath.Base(path)
	if name == "testdata" || name == "vendor" || name[0] == '_' || name[0] == '.' {
		return true
	}
	if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
		return true
	}
	if mod == nil {
		return false
	}
	rel, err := filepath.Rel(mod.dir, path)
	return err == nil && slices.ContainsFunc(mod.ignore, func(i string) bool {
		// An entry that starts with ./ is a folder of the module's root; others match anywhere.
		if root, ok := strings.CutPrefix(i, "."+string(filepath.Separator)); ok {
			return rel == root
		}
		return rel == i || strings.HasSuffix(rel, string(filepath.Separator)+i)
	})
}

// addPaths asks the go command for the folders of import paths.
func (l *loader) addPaths(paths []string) error {
	pkgs, err := packages.Load(&packages.Config{
		Mode:       packages.NeedName | packages.NeedFiles,
		Dir:        l.cfg.Dir,
		Env:        l.cfg.Env,
		BuildFlags: l.buildFlags(),
	}, paths...)
	if err != nil {
		return err
	}
	wild := slices.ContainsFunc(paths, func(p string) bool { return strings.Contains(p, "...") })
	for _, p := range pkgs {
		files := slices.Concat(p.GoFiles, p.IgnoredFiles)
		if len(files) == 0 {
			if len(p.Errors) > 0 {
				return errors.New(p.Errors[0].Msg)
			}
			continue
		}
		if err := l.add(filepath.Dir(files[0]), "", wild); err != nil {
			return err
		}
	}
	return nil
}
