package golden

import (
	"bytes"
	"flag"
	"fmt"
	"go/scanner"
	"go/token"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var (
	brokenN    = flag.Int("broken.n", 40, "how many broken `cases` to compile")
	brokenSeed = flag.Uint64("broken.seed", 1, "the `seed` that breaks them")
)

// TestBroken compiles sources in which tokens are missing, doubled, exchanged or out of place.
// What is wrong with one is said with a position in it, and what is still a program is compiled to
// one: the compiler neither panics nor writes what is not Go.
func TestBroken(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module")
	}
	all, err := LoadCases(*folder)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(*brokenSeed, 0))
	var cases []*Case
	for i := range *brokenN {
		cases = append(cases, breakCase(fmt.Sprintf("broken%d", i), all[rng.IntN(len(all))], rng))
	}
	w, err := NewWorkspace(t.TempDir(), repo(t), cases)
	if err != nil {
		t.Fatal(err)
	}
	results, err := w.Compile()
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	position := regexp.MustCompile(`^` + regexp.QuoteMeta(w.Dir+string(filepath.Separator)) + `broken\d+[/\\].*?\.go:\d+(:\d+)?: `)
	for _, c := range cases {
		problems := results[c.Name].Problems
		if len(problems) > 0 {
			refused++
		}
		if slices.ContainsFunc(problems, func(p string) bool { return !position.MatchString(p) }) {
			t.Errorf("%s: %q\n%s", c.Name, problems, c.archive.Comment)
		}
	}
	// What has lost its directives needs no machines.
	w.cases = slices.DeleteFunc(w.cases, func(c *Case) bool { return results[c.Name].pkgName == "" })
	if err := w.Build(results); err != nil {
		t.Fatal(err)
	}
	built := 0
	for _, c := range w.cases {
		if problems := results[c.Name].Problems; len(problems) == 0 {
			built++
		} else if strings.Contains(problems[len(problems)-1], "does not compile") {
			t.Errorf("%s: %q\n%s", c.Name, problems, c.archive.Comment)
		}
	}
	if t.Logf("%d refused, %d built", refused, built); refused == 0 {
		t.Error("no case is broken")
	}
}

// breakCase makes a copy of a case, of which it breaks a file. The comment says what was done.
func breakCase(name string, c *Case, rng *rand.Rand) *Case {
	a := &txtar.Archive{Comment: fmt.Appendf(nil, "from %s:", c.Name), Files: c.Sources()}
	for i := range a.Files {
		path := []byte(modulePath + "/")
		a.Files[i].Data = bytes.ReplaceAll(a.Files[i].Data, append(path, c.Name...), append(path, name...))
	}
	f := &a.Files[rng.IntN(len(a.Files))]
	text := f.Data
	for range 1 + rng.IntN(2) {
		var did string
		if text, did = breakToken(text, rng); did != "" {
			a.Comment = fmt.Appendf(a.Comment, " %s %s;", f.Name, did)
		}
	}
	f.Data = text
	return &Case{Name: name, archive: a}
}

// A lexeme is a token, or a comment, with its place in a text.
type lexeme struct{ from, to int }

// breakToken changes one token of a text, and says how.
func breakToken(text []byte, rng *rand.Rand) (changed []byte, did string) {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, scanner.ScanComments)
	var list []lexeme
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		if lit == "" {
			lit = tok.String()
		}
		if tok != token.SEMICOLON || lit == ";" {
			list = append(list, lexeme{file.Offset(pos), file.Offset(pos) + len(lit)})
		}
	}
	if len(list) < 2 {
		return text, ""
	}
	i, j := rng.IntN(len(list)), rng.IntN(len(list))
	l, other := list[i], list[j]
	line := file.Line(file.Pos(l.from))
	splice := func(middle string) []byte {
		return slices.Concat(text[:l.from], []byte(middle), text[l.to:])
	}
	old, instead := string(text[l.from:l.to]), string(text[other.from:other.to])
	switch rng.IntN(5) {
	case 0:
		return splice(""), fmt.Sprintf("lacks %q in line %d", old, line)
	case 1: // what is left is a program more often
		from := bytes.LastIndexByte(text[:l.from], '\n') + 1
		end := from + bytes.IndexByte(text[from:], '\n')
		return slices.Concat(text[:from], text[end:]), fmt.Sprintf("lacks line %d, %q", line, text[from:end])
	case 2:
		return splice(old + " " + old), fmt.Sprintf("has %q twice in line %d", old, line)
	case 3:
		return splice(instead), fmt.Sprintf("has %q instead of %q in line %d", instead, old, line)
	default:
		return splice(old + " " + instead), fmt.Sprintf("has %q behind %q in line %d", instead, old, line)
	}
}
