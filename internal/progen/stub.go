package progen

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
)

// Most of the time of a run goes into go build, and a good part of that would go into the
// sources beside the generated files: nobody calls the plain functions of that copy but
// generators. So what is built has stubs in their place, which the go command gets as an
// overlay; the compiler under test sees the sources.

// overlay writes the stubs and gives the name of the file that tells the go command of them.
func (m *module) overlay() (string, error) {
	replace := map[string]string{}
	for _, p := range m.programs {
		if m.plain || m.hopeless[p] {
			continue
		}
		dir := filepath.Join(m.dir, m.packageDir(p, false))
		for _, f := range p.Funcs {
			if f.Kind == "func" {
				replace[filepath.Join(dir, f.file())] = "" // not there
			}
		}
		name := filepath.Join("stubs", p.name()+".go.txt")
		if err := m.write(name, p.stubs()); err != nil {
			return "", err
		}
		replace[filepath.Join(dir, "stubs.go")] = filepath.Join(m.dir, name)
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	return filepath.Join(m.dir, "overlay.json"), m.write("overlay.json", string(text))
}

// stubs declares the functions of p without their bodies.
func (p *Program) stubs() string {
	var b strings.Builder
	fmt.Fprintf(&b, "package p\n\nimport %q\n\nvar _ = harness.Main\n", harnessPath)
	for _, f := range p.Funcs {
		if f.Kind != "func" {
			continue // others range over it
		}
		g := *f
		g.names = names{"harness", "rt"}
		b.WriteString("\nfunc " + qualify(g.head(), g.names) + " { panic(\"stub\") }\n")
	}
	return b.String()
}
