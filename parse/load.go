package parse

import (
	"bytes"
	"go/token"
	"go/types"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/asyncgen/asyncgen/internal/diag"
)

// A Config says where and how packages are looked up.
type Config struct {
	Dir  string   // folder that patterns are relative to, itself relative to the working directory
	Env  []string // environment of the go command; os.Environ() if nil
	Tags []string // build tags, as for go build -tags
}

// A Result is all that a run needs to know about its input.
type Result struct {
	Fset  *token.FileSet
	Diags *diag.List // what is wrong with the input

	// Packages holds the packages with annotated functions that type-check, in the order of
	// their folders, test variants behind what they test. Functions with a diagnostic of
	// their own are left out.
	Packages []*Package
	// Orphans holds the absolute paths of generated files in the folders that were asked
	// for whose source is gone or has no directive.
	Orphans []string

	local []string
}

// A loader is one call of [Load].
type loader struct {
	cfg     Config
	fset    *token.FileSet
	diags   *diag.List
	scan    *scanner
	targets []*target

	overlay map[string][]byte // what the go command sees in place of files on disk
	sizes   types.Sizes
	plain   *universe // for packages that are no test variants
}

// Load finds the annotated functions of the packages that patterns name: folders, folders
// with /..., import paths, or .go files. What is wrong in the source goes to the result's
// diagnostics; an error means that there was nothing to look at, or no go command.
func Load(cfg Config, patterns ...string) (*Result, error) {
	// Folders are known by their absolute paths, as in what the go command says.
	var err error
	if cfg.Dir, err = filepath.Abs(cfg.Dir); err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	l := &loader{cfg: cfg, fset: fset, diags: &diag.List{Fset: fset}, scan: newScanner(fset)}
	targets, err := l.expand(patterns)
	if err != nil {
		return nil, err
	}
	r := &Result{Fset: fset, Diags: l.diags}
	var asking []*target
	for _, t := range targets {
		if some, _ := t.dir.hasDirectives(); some {
			asking = append(asking, t)
		}
		r.Orphans = append(r.Orphans, t.orphans()...)
	}
	if len(asking) == 0 {
		return r, nil
	}
	units, err := l.units(asking)
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		if p := u.check(); p != nil {
			r.Packages = append(r.Packages, p)
		}
	}
	r.local = l.localFolders()
	return r, nil
}

// units asks the go command for the packages in the folders of targets and chooses the
// variants to compile.
func (l *loader) units(targets []*target) ([]*unit, error) {
	arch := make(chan string, 1)
	go func() { arch <- l.goarch() }()
	seen := make(map[*directory]bool)
	for _, t := range targets {
		l.scan.follow(t.dir, seen)
	}
	var plain, tested []*target
	for _, t := range targets {
		if _, test := t.dir.hasDirectives(); test {
			tested = append(tested, t)
		} else {
			plain = append(plain, t)
		}
	}
	var units []*unit
	for i, group := range [][]*target{plain, tested} {
		if len(group) == 0 {
			continue
		}
		pkgs, err := l.list(i == 1, folders(group))
		if err != nil {
			return nil, err
		}
		for _, t := range group {
			us, err := l.choose(t, pkgs)
			if err != nil {
				return nil, err
			}
			units = append(units, us...)
		}
	}
	l.sizes = types.SizesFor("gc", <-arch)
	slices.SortStableFunc(units, func(a, b *unit) int { return strings.Compare(a.target.dir.path, b.target.dir.path) })
	return units, nil
}

func folders(targets []*target) (dirs []string) {
	for _, t := range targets {
		dirs = append(dirs, t.dir.path)
	}
	return dirs
}

// list runs the go command. Types are not asked for: together with an overlay, package
// packages would then load all dependencies from source. Export data of what the go
// command compiles, stubs included, serves as well.
//
// A package of another local module, which the scan could not follow, may turn out to need
// stubs too. Then the go command is asked again.
func (l *loader) list(tests bool, patterns []string) ([]*packages.Package, error) {
	for {
		l.makeOverlay()
		pkgs, err := packages.Load(&packages.Config{
			Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps |
				packages.NeedExportFile | packages.NeedModule | packages.NeedForTest,
			Dir:        l.cfg.Dir,
			Env:        l.cfg.Env,
			BuildFlags: l.buildFlags(),
			Overlay:    l.overlay,
			Tests:      tests,
		}, patterns...)
		if err != nil || !l.discover(pkgs) {
			return pkgs, err
		}
	}
}

// discover scans the folders of local packages that the scan has not seen yet and reports
// whether any of them needs stubs.
func (l *loader) discover(pkgs []*packages.Package) bool {
	found := false
	packages.Visit(pkgs, func(p *packages.Package) bool {
		if !isEditable(p.Module) || len(p.GoFiles) == 0 {
			return p.Module != nil || p.ForTest != "" || len(p.GoFiles) == 0
		}
		dir := filepath.Dir(p.GoFiles[0])
		if _, known := l.scan.dirs[dir]; !known {
			if d, err := l.scan.scan(dir); err == nil {
				some, _ := d.hasDirectives()
				found = found || some
			}
		}
		return true
	}, nil)
	return found
}

// isEditable reports whether a module is one that its user works on, and not a copy in the
// module cache. Standard packages have no module.
func isEditable(m *packages.Module) bool {
	switch {
	case m == nil:
		return false
	case m.Replace != nil:
		return m.Replace.Version == ""
	}
	return m.Main || m.Version == ""
}

// makeOverlay replaces, for the go command, every source by its stub form and every
// generated file by nothing.
func (l *loader) makeOverlay() {
	l.overlay = make(map[string][]byte)
	for _, d := range l.scan.dirs {
		if d == nil {
			continue
		}
		for _, s := range d.sources {
			switch {
			case s.generated:
				l.overlay[s.path] = []byte("//go:build ignore\n\npackage ignored\n")
			case len(s.twins) > 0:
				l.overlay[s.path] = s.stubs(true).text
			}
		}
	}
}

func (l *loader) buildFlags() []string {
	if len(l.cfg.Tags) == 0 {
		return nil
	}
	return []string{"-tags=" + strings.Join(l.cfg.Tags, ",")}
}

// goarch asks the go command what it compiles for.
func (l *loader) goarch() string {
	cmd := exec.Command("go", "env", "GOARCH")
	cmd.Dir, cmd.Env = l.cfg.Dir, l.cfg.Env
	out, err := cmd.Output()
	if arch := string(bytes.TrimSpace(out)); err == nil && types.SizesFor("gc", arch) != nil {
		return arch
	}
	return runtime.GOARCH
}

// choose makes units of the packages in a target's folder: the package itself, or its
// test variant if tests were loaded, and the external test package. A file that the package
// does not contain, such as a program that build constraints hide, is loaded on its own if
// the user has named it.
func (l *loader) choose(t *target, pkgs []*packages.Package) (units []*unit, err error) {
	var plain, variant, external *packages.Package
	for _, p := range pkgs {
		switch {
		case len(p.GoFiles) == 0 || filepath.Dir(p.GoFiles[0]) != t.dir.path:
		case p.ForTest == "":
			plain = p
		case p.PkgPath == p.ForTest:
			variant = p
		default:
			external = p
		}
	}
	if variant != nil {
		plain = variant
	}
	for _, p := range []*packages.Package{plain, external} {
		if p != nil && asking(t.dir, p) {
			units = append(units, l.newUnit(t, p))
		}
	}
	if hidden := hiddenFiles(t, pkgs); len(hidden) > 0 {
		alone, err := l.list(false, hidden)
		if err != nil {
			return nil, err
		}
		for _, p := range alone {
			units = append(units, l.newUnit(t, p))
		}
	} else if plain == nil && external == nil {
		l.reportMissing(t, pkgs)
	}
	return units, nil
}

// reportMissing says why a folder with directives has no package. That build constraints
// hide all of it is no error where a pattern has found it.
func (l *loader) reportMissing(t *target, pkgs []*packages.Package) {
	at := token.Position{Filename: t.dir.path}
	before := l.diags.Len()
	for _, p := range pkgs {
		if len(p.GoFiles) > 0 {
			continue
		}
		if len(p.IgnoredFiles) > 0 {
			if filepath.Dir(p.IgnoredFiles[0]) != t.dir.path {
				continue
			}
			if t.wild {
				return
			}
		}
		for _, e := range p.Errors {
			l.addListError(e, p, at)
		}
	}
	if l.diags.Len() > before {
		return
	}
	switch mod := l.scan.module(t.dir.path); {
	case mod == nil:
		l.diags.AddAt(at, "the folder is in no module: run go mod init")
	case mod != l.scan.module(l.cfg.Dir):
		l.diags.AddAt(at, "the folder is in another module, %s: run asyncgen there", mod.path)
	default:
		l.diags.AddAt(at, "the go command finds no package in the folder%s", l.whyNone(t.dir.path))
	}
}

// whyNone gives what the go command says about a folder when it lists nothing: package packages
// drops that, such as that go.mod needs updates.
func (l *loader) whyNone(dir string) string {
	cmd := exec.Command("go", append(append([]string{"list", "-e"}, l.buildFlags()...), ".")...)
	cmd.Dir, cmd.Env = dir, l.cfg.Env
	var said bytes.Buffer
	cmd.Stderr = &said
	if cmd.Run() == nil || said.Len() == 0 {
		return ""
	}
	return ": " + strings.Join(strings.Fields(strings.TrimPrefix(said.String(), "go: ")), " ")
}

// asking reports whether a file of p has directives.
func asking(d *directory, p *packages.Package) bool {
	for _, path := range p.GoFiles {
		if s := d.find(path); s != nil && s.asks() {
			return true
		}
	}
	return false
}

// hiddenFiles lists the files that the user has named and no package has.
func hiddenFiles(t *target, pkgs []*packages.Package) (hidden []string) {
	for _, f := range t.files {
		if !slices.ContainsFunc(pkgs, func(p *packages.Package) bool { return slices.Contains(p.GoFiles, f) }) {
			hidden = append(hidden, f)
		}
	}
	return hidden
}
