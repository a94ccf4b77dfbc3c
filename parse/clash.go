package parse

import (
	"go/ast"
	"go/token"
	"path"
	"strconv"

	"github.com/asyncgen/asyncgen/internal/diag"
)

// A nameTable holds the names that the files of one package declare, as far as the names
// of a twin could clash with them: those of the package's scope, and methods and fields
// by the name of their type ("Client.Get"). It is made of syntax, because what declares a
// name twice does not type-check.
type nameTable struct {
	diags *diag.List
	taken map[string]declared
}

// declared is one name that is taken.
type declared struct {
	pos  token.Pos
	twin string // the function whose twin takes it, or ""
}

func newNameTable(diags *diag.List) *nameTable {
	return &nameTable{diags, make(map[string]declared)}
}

func (n *nameTable) add(id *ast.Ident, prefix string) {
	if id != nil && id.Name != "_" && (id.Name != "init" || prefix != "") {
		if _, ok := n.taken[prefix+id.Name]; !ok {
			n.taken[prefix+id.Name] = declared{pos: id.Pos()}
		}
	}
}

// addFile enters what a file declares. Names of imports belong to the file's scope, but
// must differ from those of the package's scope too.
func (n *nameTable) addFile(file *ast.File) {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			prefix := ""
			if d.Recv != nil && len(d.Recv.List) > 0 {
				base := ReceiverBase(d.Recv.List[0].Type)
				prefix = base + "."
			}
			n.add(d.Name, prefix)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				n.addSpec(spec)
			}
		}
	}
}

func (n *nameTable) addSpec(spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.ImportSpec:
		if spec.Name != nil && spec.Name.Name != "." {
			n.add(spec.Name, "")
		} else if p, err := strconv.Unquote(spec.Path.Value); err == nil && spec.Name == nil {
			n.add(&ast.Ident{NamePos: spec.Path.Pos(), Name: path.Base(p)}, "")
		}
	case *ast.ValueSpec:
		for _, id := range spec.Names {
			n.add(id, "")
		}
	case *ast.TypeSpec:
		n.add(spec.Name, "")
		n.addMembers(spec.Name.Name+".", spec.Type)
	}
}

// addMembers enters the fields of a struct type. Those of embedded fields stay out: a
// method of the type itself hides them.
func (n *nameTable) addMembers(prefix string, typ ast.Expr) {
	st, ok := ast.Unparen(typ).(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range st.Fields.List {
		for _, id := range f.Names {
			n.add(id, prefix)
		}
		if len(f.Names) == 0 {
			n.add(embeddedName(f.Type), prefix)
		}
	}
}

func embeddedName(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.StarExpr:
		return embeddedName(e.X)
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.IndexExpr:
		return embeddedName(e.X)
	case *ast.IndexListExpr:
		return embeddedName(e.X)
	}
	return nil
}

// addTwin enters the names of a twin. Those that are taken are reported at its function.
func (n *nameTable) addTwin(t *twin) {
	prefix := ""
	if t.recv != "" {
		prefix = t.recv + "."
	}
	names := []string{prefix + t.names.Constructor, t.names.Future}
	if len(t.values()) > 1 {
		names = append(names, t.names.Result)
	}
	if t.verb == "stream" {
		names = append(names, t.names.Base+"Next", t.names.Base+"Stop")
	}
	for _, name := range names {
		d, ok := n.taken[name]
		switch {
		case !ok, d.twin == t.names.Func: // a function that is declared twice has been reported
			continue
		case d.twin != "":
			n.diags.Add(t.decl.Name.Pos(), "the twin of %s would declare %s, as the twin of %s does: rename one with %s%s as=Name", t.names.Func, name, d.twin, directivePrefix, t.verb)
			n.diags.Relate(d.pos, "%s is declared here", d.twin)
		default:
			n.diags.Add(t.decl.Name.Pos(), "the twin of %s would declare %s, which the package has already: rename the twin with %s%s as=Name", t.names.Func, name, directivePrefix, t.verb)
			n.diags.Relate(d.pos, "%s is declared here", name)
		}
		t.clash, t.bad = true, true
	}
	if t.clash {
		return
	}
	for _, name := range names {
		n.taken[name] = declared{t.decl.Name.Pos(), t.names.Func}
	}
}
