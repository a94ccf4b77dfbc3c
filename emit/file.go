package emit

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// Options changes what is generated.
type Options struct {
	Line bool // add //line directives to statements of the user

	made func(*unit) // is told of the unit that is made for the file, if not nil
}

// A unit is the file being generated and, while one of its machines is written, what
// belongs to that.
type unit struct {
	pkg  *parse.Package
	src  *parse.File
	out  *jen.File
	opts Options

	imports  map[string]string       // path → name in the generated file
	aliases  map[string]bool         // names of imports
	scope    *scope                  // package-level names, those of other files included
	ownNames map[types.Object]string // of local types that keep their names at package level
	spelled  map[string]bool         // identifiers of the annotated functions that are no imports

	m     *lower.Machine
	names *frameNames
	pn    *packageNames

	all      map[*lower.Machine]*named
	prefixes map[*parse.Func]string     // of constants, for all functions of the package
	comments map[int]*ast.CommentGroup  // by the line that they end on
	stands   *standIns                  // type parameters that stand for types just now, or nil
	helpers  map[helperKey]string       // functions that stand for types without a name
	labels   map[*lower.Block]int       // the marks of labels of awaits, see labelLines
	bare     map[*ast.CompositeLit]bool // those that gofmt would spoil
	problems []problem
}

// A problem is something that cannot be generated.
type problem struct {
	pos     token.Pos
	message string
}

// named is the names of one machine, which those inside it need too.
type named struct {
	frame *frameNames
	pkg   *packageNames
	// shared names the local types that have moved to package level.
	shared map[types.Object]string
	// outside are the constants and generic types of functions around a literal that it
	// declares once more, besides those that stand at the top of a Poll.
	outside []types.Object
	// typeParams names the type parameters of the function.
	typeParams map[types.Object]string
	start      string // of a literal: the method of the frame around that starts it
}

// File generates the twins of the functions of one source file. The result is formatted. It
// is nil if something was reported to diags.
func File(f *parse.File, machines []*lower.Machine, opts Options, diags *diag.List) ([]byte, error) {
	u := newUnit(f, opts)
	names := map[*parse.Func]string{} // prefixes, for all of the package: files must agree
	var prefix func(fn *parse.Func)
	prefix = func(fn *parse.Func) {
		names[fn] = prefixFor(u.scope, fn)
		for _, l := range slices.Concat(fn.Lits, fn.Closures) {
			prefix(l)
		}
	}
	for _, fn := range f.Pkg.Funcs {
		prefix(fn)
	}
	u.prefixes = names
	u.rt(symPin)
	for _, m := range machines {
		if m.Func.File == f {
			u.register(m)
		}
	}
	u.out.HeaderComment(parse.Header)
	for _, b := range f.Build {
		u.out.HeaderComment(b)
	}
	u.out.Comment("Generated code needs a runtime that supports it.")
	u.out.Const().Id("_").Op("=").Add(u.rt(symSupports))
	for _, m := range machines {
		if m.Func.File == f {
			u.machine(m, names)
		}
	}
	for _, p := range u.problems {
		diags.Add(p.pos, "%s", p.message)
	}
	if len(u.problems) > 0 {
		return nil, nil
	}
	var buf bytes.Buffer
	if err := u.out.Render(&buf); err != nil {
		return nil, fmt.Errorf("%s: generated code is not valid Go: %w", filepath.Base(f.Output), excerpt(err))
	}
	text := labelLines(buf.Bytes())
	if opts.Line {
		return lineDirectives(text, filepath.Base(f.Output)), nil
	}
	return text, nil
}

func newUnit(f *parse.File, opts Options) *unit {
	u := &unit{
		pkg: f.Pkg, src: f, opts: opts,
		out:     jen.NewFilePathName(f.Pkg.Path, f.Pkg.Name),
		imports: map[string]string{},
		aliases: map[string]bool{},
		scope:   packageScope(f.Pkg),
		spelled: map[string]bool{},
		all:     map[*lower.Machine]*named{},
		helpers: map[helperKey]string{},
		labels:  map[*lower.Block]int{},
		bare:    map[*ast.CompositeLit]bool{},
	}
	if opts.made != nil {
		opts.made(u)
	}
	u.comments = u.commentsAbove()
	u.ownTypeNames()
	info := f.Pkg.Info
	for _, fn := range f.Funcs {
		addBareIn(u.bare, fn.Decl)
		ast.Inspect(fn.Decl, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if _, isPkg := info.Uses[id].(*types.PkgName); !isPkg {
					u.spelled[id.Name] = true
				}
			}
			return true
		})
	}
	for _, imp := range f.Syntax.Imports {
		path, _ := strconv.Unquote(imp.Path.Value)
		var obj types.Object
		if imp.Name != nil {
			obj = info.Defs[imp.Name]
		} else {
			obj = info.Implicits[imp]
		}
		name, ok := obj.(*types.PkgName)
		if !ok || name.Name() == "_" || name.Name() == "." || u.imports[path] != "" {
			continue
		}
		if f.IsStub(imp) || path == parse.RuntimePath && u.spelled[name.Name()] || types.Universe.Lookup(name.Name()) != nil {
			continue // hidden by a variable somewhere, or not of the user, or it would hide what is predeclared
		}
		u.addImport(path, name.Name(), name.Imported().Name())
	}
	return u
}

// addImport fixes the name of an import in the generated file.
func (u *unit) addImport(path, name, real string) {
	u.imports[path] = name
	u.aliases[name] = true
	if name == real {
		u.out.ImportName(path, name)
	} else {
		u.out.ImportAlias(path, name)
	}
}

// qual refers to a symbol of another package, under the name that the source file imports it
// by or, if it does not, one that means nothing else here.
func (u *unit) qual(path, real, sym string) *jen.Statement {
	if _, ok := u.imports[path]; !ok {
		name := real
		for n := 2; u.aliases[name] || u.spelled[name] || u.pkg.Types.Scope().Lookup(name) != nil; n++ {
			name = real + strconv.Itoa(n)
		}
		u.addImport(path, name, real)
	}
	return jen.Qual(path, sym)
}

// register fixes the names of the imports that the types of m's variables need, before
// anything else is named.
func (u *unit) register(m *lower.Machine) {
	for _, v := range m.Vars {
		for _, t := range append(v.TypeArgs, v.Type) {
			u.registerType(t)
		}
		u.registerWitness(v.Witness)
	}
	for p := range m.Func.TypeParams.TypeParams() {
		u.constraint(p.Constraint())
	}
	for _, lit := range slices.Concat(m.Lits, m.Closures) {
		u.register(lit)
	}
}

func (u *unit) registerType(t types.Type) {
	if t != nil && !lower.IsForeign(t, u.pkg) {
		u.typ(t)
		return
	}
	lower.Mentions(t, func(n *types.TypeName) bool {
		if n.Pkg() != nil && n.Pkg() != u.pkg.Types && !lower.HasNoName(n, u.pkg) {
			u.object(n)
		}
		return false
	})
}

// excerpt shortens the error of jennifer about text that does not parse, which ends with all of
// the text, to the lines around the place. If it does not look as expected it stays as it is.
func excerpt(err error) error {
	what, text, found := strings.Cut(err.Error(), " while formatting source:\n")
	var line, column int
	if n, _ := fmt.Sscanf(what, "Error %d:%d", &line, &column); !found || n < 2 {
		return err
	}
	lines := strings.Split(text, "\n")
	last := min(line+3, len(lines))
	first := min(max(line-4, 0), last)
	return fmt.Errorf("%s, near\n%s", what, strings.Join(lines[first:last], "\n"))
}
