package parse

import (
	"bytes"
	"errors"
	"go/ast"
	goscanner "go/scanner"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/asyncgen/asyncgen/internal/diag"
)

// typeErrors collects what the type checker reports.
type typeErrors struct {
	list []types.Error
}

func (e *typeErrors) add(err error) {
	var te types.Error
	if errors.As(err, &te) {
		e.list = append(e.list, te)
	}
}

// reportTypes reports the type errors of the package. Those of stubs repeat what the
// source says, if that has errors; else they are reported at the functions.
func (u *unit) reportTypes(info *types.Info) {
	compiled := u.compilerErrors()
	var own, stubs []types.Error
	for _, e := range u.reportCycles(u.errs.list) {
		if u.twinAt(e.Pos) != nil {
			stubs = append(stubs, e)
		} else {
			own = append(own, e)
		}
	}
	reported, found := false, false
	for _, e := range own {
		if msg, ok := strings.CutPrefix(e.Msg, "\t"); !ok {
			reported, found = u.reportType(e, compiled, info), true
		} else if reported {
			u.l.diags.Relate(e.Pos, "%s", msg)
		}
	}
	if found {
		return
	}
	for _, e := range stubs {
		if t := u.twinAt(e.Pos); !strings.HasPrefix(e.Msg, "\t") {
			u.l.diags.Add(t.decl.Name.Pos(), "the twin of %s cannot be declared: %s", t.names.Func, e.Msg)
		}
	}
}

// reportCycles reports the functions that would have infinitely many instances and gives the
// other errors. A twin's stub mentions the function, so one of the steps may lie there.
func (u *unit) reportCycles(list []types.Error) (rest []types.Error) {
	const head = "instantiation cycle:"
	for len(list) > 0 {
		n := 1
		for n < len(list) && strings.HasPrefix(list[n].Msg, "\t") {
			n++
		}
		steps := slices.DeleteFunc(slices.Clone(list[1:n]), func(e types.Error) bool { return u.twinAt(e.Pos) != nil })
		if list[0].Msg != head || len(steps) == 0 {
			rest = append(rest, list[:n]...)
		} else {
			u.l.diags.Add(steps[0].Pos, "%s %s, and so on, with type arguments that never stop growing; use ones that do not grow, such as an interface type", head, strings.TrimPrefix(steps[0].Msg, "\t"))
			for _, e := range steps[1:] {
				u.l.diags.Relate(e.Pos, "%s", strings.TrimPrefix(e.Msg, "\t"))
			}
		}
		list = list[n:]
	}
	return rest
}

// reportType reports one error of the source, at the compiler's position where it has
// reported the same. It returns false if the error is left out as a mere consequence.
func (u *unit) reportType(e types.Error, compiled []diag.Diagnostic, info *types.Info) bool {
	if rest, ok := strings.CutPrefix(e.Msg, "could not import "); ok {
		path, _, _ := strings.Cut(rest, " ")
		return u.reportImport(e.Pos, path)
	}
	at := u.l.fset.Position(e.Pos)
	at.Offset = 0 // unknown to the compiler
	for _, c := range compiled {
		if c.Pos.Filename == at.Filename && c.Pos.Line == at.Line && c.Message == e.Msg {
			at = c.Pos
		}
	}
	u.l.diags.AddAt(at, "%s%s", e.Msg, u.awaitAdvice(e, info))
	return true
}

// awaitAdvice says how to await a future that has no method Await, such as an rt.Future, where an
// error says that there is none.
func (u *unit) awaitAdvice(e types.Error, info *types.Info) (advice string) {
	if !strings.HasSuffix(e.Msg, " has no field or method Await)") {
		return ""
	}
	for _, f := range u.files {
		ast.Inspect(f, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Pos() == e.Pos {
				if value, _ := pollOf(info.TypeOf(sel.X), true); value != nil {
					advice = ": a future without that method is awaited with rt.Await"
				}
			}
			return n == nil || n.Pos() <= e.Pos && e.Pos < n.End()
		})
	}
	return advice
}

// reportImport reports that an import failed. If the reason is errors in the imported
// package, those are reported in its place.
func (u *unit) reportImport(pos token.Pos, path string) bool {
	if path == RuntimePath {
		for _, s := range u.sources {
			if len(s.twins) > 0 {
				pos = s.twins[0].decl.Pos()
				break
			}
		}
		u.l.diags.Add(pos, "the package %s, which generated code calls, cannot be imported: run go get %s", RuntimePath, RuntimePath)
	}
	dep := u.pkg.Imports[path]
	found := false
	if dep != nil && (path != RuntimePath || len(dep.GoFiles) > 0) {
		packages.Visit([]*packages.Package{dep}, func(p *packages.Package) bool {
			for _, e := range p.Errors {
				ds, ok := u.l.parseListError(e, p)
				u.l.diags.Append(ds...)
				found = found || ok
			}
			return true
		}, nil)
	}
	if found || path == RuntimePath {
		return false
	}
	why := ""
	if dep != nil && len(dep.Errors) > 0 {
		why = ": " + firstLine(dep.Errors[0].Msg)
	}
	for _, e := range u.pkg.Errors {
		if why == "" && strings.Contains(e.Msg, path) {
			why = ": " + firstLine(e.Msg)
		}
	}
	u.l.diags.Add(pos, "could not import %s%s", path, why)
	return true
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// twinAt finds the twin in whose stub pos lies.
func (u *unit) twinAt(pos token.Pos) *twin {
	at := u.l.fset.PositionFor(pos, false)
	st := u.stubs[at.Filename]
	if st == nil || at.Offset < st.twins {
		return nil
	}
	s := u.target.dir.find(at.Filename)
	var last *twin
	for _, t := range s.twins {
		if !t.clash && t.stubAt <= at.Offset {
			last = t
		}
	}
	return last
}

// reportSyntax reports syntax errors: in the words of the compiler if it came that far,
// else in those of the parser.
func (u *unit) reportSyntax() {
	if ds := u.compilerErrors(); len(ds) > 0 {
		u.l.diags.Append(ds...)
		return
	}
	for _, err := range u.syntax {
		var list goscanner.ErrorList
		if errors.As(err, &list) {
			for _, e := range list {
				u.l.diags.AddAt(e.Pos, "%s", e.Msg)
			}
		}
	}
}

// compilerErrors gives what the go command printed when it compiled the package.
func (u *unit) compilerErrors() (out []diag.Diagnostic) {
	for _, e := range u.pkg.Errors {
		ds, _ := u.l.parseListError(e, u.pkg)
		out = append(out, ds...)
	}
	return out
}

// reportRest reports what the go command says about a package that type-checks, such as
// an import cycle or the use of an internal package. Where functions have been reported
// already, it may only say what follows from that.
func (u *unit) reportRest() bool {
	for _, s := range u.sources {
		if s.diags.Len() > 0 || slices.ContainsFunc(s.twins, func(t *twin) bool { return t.bad }) {
			return false
		}
	}
	before := u.l.diags.Len()
	for _, e := range u.pkg.Errors {
		u.l.addListError(e, u.pkg, u.sources[0].position(u.sources[0].file.Package))
	}
	return u.l.diags.Len() > before
}

// addListError reports an error of the go command as it is, at its own position if it has
// one.
func (l *loader) addListError(e packages.Error, p *packages.Package, at token.Position) {
	ds, ok := l.parseListError(e, p)
	if l.diags.Append(ds...); !ok && !strings.HasPrefix(e.Msg, "# ") {
		l.diags.AddAt(at, "%s", strings.TrimSpace(e.Msg))
	}
}

var errorLine = regexp.MustCompile(`^(.+?\.\w+):(\d+)(?::(\d+))?: (.*)$`)

// parseListError takes an error of the go command about a package apart. Those of the
// compiler are the lines that it printed, with paths relative to the folder where the go
// command ran.
func (l *loader) parseListError(e packages.Error, p *packages.Package) (out []diag.Diagnostic, ok bool) {
	text := e.Msg
	if e.Pos != "" && e.Pos != "-" {
		text = e.Pos + ": " + e.Msg
	}
	for line := range strings.Lines(text) {
		if n := len(out) - 1; n >= 0 && strings.HasPrefix(line, "\t") && strings.HasSuffix(out[n].Message, ":") {
			out[n].Message += " " + strings.TrimSpace(line) // what to do: a command
			continue
		}
		m := errorLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil || m[4] == "too many errors" {
			continue
		}
		at := token.Position{Filename: l.realPath(m[1], p)}
		at.Line, _ = strconv.Atoi(m[2])
		at.Column, _ = strconv.Atoi(m[3])
		if !l.inStub(at) {
			out = append(out, diag.Diagnostic{Pos: at, Message: m[4]})
		}
	}
	return out, len(out) > 0
}

// overlayFile is what the path looks like of the temporary copy that package packages
// makes of an overlay for the go command. The compiler's messages name that copy.
var overlayFile = regexp.MustCompile(`gocommand-\d+[/\\]\d+-([^/\\]+)$`)

// realPath gives the absolute path of a file of p that a message names.
func (l *loader) realPath(path string, p *packages.Package) string {
	if m := overlayFile.FindStringSubmatch(path); m != nil {
		for _, f := range p.GoFiles {
			if filepath.Base(f) == m[1] {
				return f
			}
		}
	}
	return l.abs(path)
}

// inStub reports whether a position lies in declarations that were added to a file. What
// is wrong there is wrong in the file itself too.
func (l *loader) inStub(at token.Position) bool {
	d := l.scan.dirs[filepath.Dir(at.Filename)]
	if d == nil {
		return false
	}
	s := d.find(at.Filename)
	return s != nil && len(s.twins) > 0 && at.Line > bytes.Count(s.text, []byte("\n"))+1
}
