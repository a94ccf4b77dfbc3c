// Soak compares very many random functions with their twins, in as many processes and
// sittings as it takes:
//
//	go run ./internal/progen/soak -dir D -n 200000 -shard 0/2
//
// The functions are those of package progen for consecutive seeds. What has been compared is
// noted in D/journal, one line for each batch of packages, and not done again: a soak that was
// stopped goes on where it was, and its shards may run at the same time. Failures are written
// to D/failures, each with the source and what differs; the seed in their names is that for
// go test ./internal/progen -progen.seed, which reduces them.
//
// At the end, and after -for at the latest, it prints what the journal adds up to.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/asyncgen/asyncgen/internal/progen"
)

// funcsPerPackage and packages are the shape of a batch. Each costs one run of go build.
const (
	funcsPerPackage = 128
	packages        = 4
)

// An entry is the journal's line about one batch.
type entry struct {
	Seed      uint64 // of the first package
	Functions int
	Compared  int
	Skipped   int // without a twin to compare with: the plain function does not end by itself
	Awaits    int
	Panicked  int
	Failures  []string
	Seconds   float64
}

// soak is one process's share of the work.
type soak struct {
	dir, repo    string
	size         int
	shard, count int
	done         map[uint64]entry
}

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "soak", "where the journal and the failures are kept")
	repo := flag.String("repo", ".", "the root of this module")
	n := flag.Int("n", 200_000, "functions in all")
	first := flag.Uint64("seed", 1_000_001, "seed of the first package")
	size := flag.Int("size", 4, "statements in a function, about")
	shard := flag.String("shard", "0/1", "which part of the batches to do, of how many")
	limit := flag.Duration("for", 24*time.Hour, "begin no further batch after this time")
	flag.Parse()
	s := &soak{dir: *dir, size: *size}
	if _, err := fmt.Sscanf(*shard, "%d/%d", &s.shard, &s.count); err != nil || s.count < 1 {
		log.Fatalf("soak: -shard %s is not of the form 0/2", *shard)
	}
	var err error
	if s.repo, err = filepath.Abs(*repo); err != nil {
		log.Fatal(err)
	}
	if err := s.run(*n, *first, time.Now().Add(*limit)); err != nil {
		log.Fatal(err)
	}
}

// run does what is missing of the shard's batches and prints the sum of all.
func (s *soak) run(n int, first uint64, until time.Time) error {
	if err := os.MkdirAll(filepath.Join(s.dir, "failures"), 0o777); err != nil {
		return err
	}
	if err := s.read(); err != nil {
		return err
	}
	for i := 0; i*packages*funcsPerPackage < n; i++ {
		seed := first + uint64(i*packages)
		if _, ok := s.done[seed]; ok || i%s.count != s.shard {
			continue
		}
		if time.Now().After(until) {
			break
		}
		e, err := s.batch(seed)
		if err != nil {
			return fmt.Errorf("seed %d: %w", seed, err)
		}
		if err := s.note(e); err != nil {
			return err
		}
	}
	if err := s.read(); err != nil { // other shards have written too
		return err
	}
	return s.print()
}

// batch generates, compiles and compares some packages.
func (s *soak) batch(seed uint64) (entry, error) {
	start := time.Now()
	e := entry{Seed: seed}
	imports, err := progen.NewImporter(s.repo)
	if err != nil {
		return e, err
	}
	var programs []*progen.Program
	for i := range packages {
		p, err := progen.Generate(progen.Config{Seed: seed + uint64(i), Funcs: funcsPerPackage, Size: s.size}, imports)
		if err != nil {
			return e, err
		}
		programs = append(programs, p)
		e.Functions += len(p.Funcs)
	}
	module, err := os.MkdirTemp("", "soak")
	if err != nil {
		return e, err
	}
	defer os.RemoveAll(module)
	res, err := progen.Run(module, s.repo, programs, progen.Compile)
	if err != nil {
		return e, err
	}
	e.Compared, e.Skipped, e.Awaits, e.Panicked = res.Compared, res.Skipped, res.Awaits, res.Panicked
	for _, f := range res.Failures {
		name := fmt.Sprintf("seed%d_%s_%s.txt", f.Program.Config.Seed, f.Func.Name, f.What)
		e.Failures = append(e.Failures, name)
		if err := os.WriteFile(filepath.Join(s.dir, "failures", name), []byte(f.String()), 0o666); err != nil {
			return e, err
		}
	}
	e.Seconds = time.Since(start).Seconds()
	return e, nil
}

// read takes in the journal.
func (s *soak) read() error {
	s.done = map[uint64]entry{}
	f, err := os.Open(filepath.Join(s.dir, "journal"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("%s: %w", f.Name(), err)
		}
		s.done[e.Seed] = e
	}
	return lines.Err()
}

// note adds a line to the journal, in one piece: other processes do so too.
func (s *soak) note(e entry) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(s.dir, "journal"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	return errors.Join(err, f.Close())
}

func (s *soak) print() error {
	var sum entry
	for _, e := range s.done {
		sum.Functions += e.Functions
		sum.Compared += e.Compared
		sum.Skipped += e.Skipped
		sum.Awaits += e.Awaits
		sum.Panicked += e.Panicked
		sum.Seconds += e.Seconds
		sum.Failures = append(sum.Failures, e.Failures...)
	}
	fmt.Printf("%d functions in %d batches: %d compared, %d do not end by themselves, %d awaits, %d panics, %d failures, %.0f s\n",
		sum.Functions, len(s.done), sum.Compared, sum.Skipped, sum.Awaits, sum.Panicked, len(sum.Failures), sum.Seconds)
	for _, name := range sum.Failures {
		fmt.Println(name)
	}
	return nil
}
