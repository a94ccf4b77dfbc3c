package progen

import (
	"flag"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	flagN       = flag.Int("progen.n", 5000, "functions to generate and compare")
	flagSeed    = flag.Uint64("progen.seed", 1, "seed of the first package; the next ones follow")
	flagSize    = flag.Int("progen.size", 4, "statements in a function, about")
	flagDisable = flag.String("progen.disable", "", "productions to leave out, separated by commas")
	flagKeep    = flag.String("progen.keep", "", "directory for the temporary module, which then stays")
	flagReduce  = flag.Int("progen.reduce", 1, "kinds of failure of which one is reduced and stored in testdata/reduced")
	flagShow    = flag.Int("progen.show", 5, "failures to print in full")
)

// funcsPerPackage balances two things that the Go compiler is to compile again and again: in
// small packages the instances of what they use of package harness, in large ones promoted
// methods and instances of their own.
const funcsPerPackage = 128

// TestPrograms compares random functions with their twins.
func TestPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module")
	}
	t.Logf("-progen.seed=%d -progen.n=%d", *flagSeed, *flagN)
	res, err := Run(directory(t), repository(t), programs(t, *flagN, *flagSize), Compile)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d compared, %d skipped, %d awaits, %d panics", res.Compared, res.Skipped, res.Awaits, res.Panicked)
	for i, f := range res.Failures {
		if i < *flagShow {
			t.Errorf("%s", f)
			continue
		}
		first, _, _ := strings.Cut(f.Text, "\n")
		t.Errorf("seed %d, %s: %s %s", f.Program.Config.Seed, f.Func.Name, f.What, first)
	}
	kinds := map[string]bool{}
	for _, f := range res.Failures {
		if k := f.kind(); !kinds[k] && len(kinds) < *flagReduce {
			kinds[k] = true
			reduce(t, f)
		}
	}
}

// reduce stores a small form of a failure where [TestReduced] finds it.
func reduce(t *testing.T, f Failure) {
	r := &Reducer{Dir: t.TempDir(), Repo: repository(t), Imports: newImporter(t), Compile: Compile}
	small, err := r.Reduce(f)
	if err != nil {
		t.Errorf("reducing: %v", err)
		return
	}
	name := filepath.Join("testdata", "reduced", fmt.Sprintf("seed%d_%s.go", f.Program.Config.Seed, strings.ToLower(f.Func.Name)))
	text := small.Stored()
	t.Logf("%s:\n%s", name, text)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Error(err)
	}
}

// TestReduced compares the programs that once failed.
func TestReduced(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module")
	}
	files, err := filepath.Glob("testdata/reduced/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all []*Program
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ParseStored(string(text))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		p.label = strings.TrimSuffix(filepath.Base(file), ".go")
		all = append(all, p)
	}
	res, err := Run(directory(t), repository(t), all, Compile)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range res.Failures {
		t.Errorf("%s: %s", f.Program.label, f)
	}
}

// TestPlain compares programs with themselves: they compile, end, and do the same twice.
func TestPlain(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module")
	}
	res, err := Run(directory(t), repository(t), programs(t, funcsPerPackage, *flagSize), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range res.Failures {
		t.Errorf("%s", f)
	}
	t.Logf("%d compared, %d skipped, %d awaits, %d panics", res.Compared, res.Skipped, res.Awaits, res.Panicked)
	if res.Skipped > res.Compared/3 {
		t.Errorf("too many programs do not end by themselves")
	}
}

// TestDetects damages generated code and expects the comparison to notice: functions
// forget their deferred calls, methods forget to cancel the child that they await, generators
// and streams do not notice that they were stopped.
func TestDetects(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module")
	}
	cancels := regexp.MustCompile(`f\.\w+\.Cancel\(\)`)
	damaging := func(dir string) (map[string]string, error) {
		if bad, err := Compile(dir); err != nil || len(bad) > 0 {
			return bad, err
		}
		files, err := filepath.Glob(filepath.Join(dir, "*", "*_async.go"))
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			damaged := strings.ReplaceAll(string(text), "defers.Run()", "defers.Len()")
			switch filepath.Base(file)[0] {
			case 'm':
				damaged = cancels.ReplaceAllString(string(text), "")
			case 's', 'w':
				damaged = strings.ReplaceAll(string(text), "f.More()", "(f.More() || true)")
			}
			if err := os.WriteFile(file, []byte(damaged), 0o666); err != nil {
				return nil, err
			}
		}
		return nil, err
	}
	res, err := Run(directory(t), repository(t), programs(t, 120, *flagSize), damaging)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, f := range res.Failures {
		for _, d := range f.Divergences {
			how, _, _ := strings.Cut(d.How, " ")
			found[how] = true
		}
	}
	for _, how := range []string{"ready", "cancel", "pulled", "stream"} {
		if !found[how] {
			t.Errorf("no divergence found by %s", how)
		}
	}
}

// TestDeterministic generates the same program twice.
func TestDeterministic(t *testing.T) {
	imports := newImporter(t)
	var texts []string
	for range 2 {
		p, err := Generate(Config{Seed: 5, Funcs: 20, Size: 10}, imports)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, fmt.Sprint(p.files(true)))
	}
	if texts[0] != texts[1] {
		t.Error("one seed, two programs")
	}
}

// TestStored writes and reads a program.
func TestStored(t *testing.T) {
	p, err := Generate(Config{Seed: 6, Funcs: 8, Size: 10}, newImporter(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Funcs {
		f.names = names{"h", "rt"}
	}
	first := p.Stored()
	q, err := ParseStored(first)
	if err != nil {
		t.Fatalf("%v\n%s", err, first)
	}
	if second := q.Stored(); first != second {
		t.Errorf("wrote\n%s\nthen\n%s", first, second)
	}
}

// programs generates packages with n functions in all.
func programs(t *testing.T, n, size int) []*Program {
	t.Helper()
	imports := newImporter(t)
	var out []*Program
	for seed := *flagSeed; n > 0; seed++ {
		cfg := Config{Seed: seed, Funcs: min(n, funcsPerPackage), Size: size, Disable: strings.FieldsFunc(*flagDisable, func(r rune) bool { return r == ',' })}
		p, err := Generate(cfg, imports)
		if err != nil {
			t.Fatal(err)
		}
		n -= len(p.Funcs)
		out = append(out, p)
	}
	return out
}

func newImporter(t *testing.T) types.Importer {
	t.Helper()
	imports, err := NewImporter(repository(t))
	if err != nil {
		t.Fatal(err)
	}
	return imports
}

// repository is the root of this module.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// directory gives an empty folder for the module.
func directory(t *testing.T) string {
	t.Helper()
	if *flagKeep == "" {
		return t.TempDir()
	}
	if err := os.RemoveAll(*flagKeep); err != nil {
		t.Fatal(err)
	}
	return *flagKeep
}
