package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// figures are what one run of the benchmarks has reported, by benchmark and unit.
type figures map[string]map[string]float64

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	runs := flag.Int("runs", 5, "how often each benchmark runs, in turn with the others")
	only := flag.String("only", "", "rows whose text matches this `regexp`")
	time := flag.String("benchtime", "0.5s", "as of go test")
	flag.Parse()
	wanted, err := regexp.Compile(*only)
	if err != nil {
		log.Fatal(err)
	}
	if flag.NArg() > 0 || *runs < 1 {
		log.Fatalf("wrong use: see %s -help", filepath.Base(os.Args[0]))
	}
	if err := run(*runs, wanted, *time); err != nil {
		log.Fatal(err)
	}
}

// run takes the samples and prints the table.
func run(runs int, wanted *regexp.Regexp, time string) error {
	var rows []row
	for _, r := range table {
		if wanted.MatchString(r.work) {
			rows = append(rows, r)
		}
	}
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	program := filepath.Join(folder, "bench.test")
	if out, err := exec.Command("go", "test", "-c", "-o", program, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("go test -c: %v\n%s", err, out)
	}
	var samples []figures
	for range runs {
		s, err := takeSample(program, benchmarks(rows), time)
		if err != nil {
			return err
		}
		samples = append(samples, s)
	}
	return printTable(os.Stdout, rows, samples)
}

// takeSample runs each of the benchmarks once, in a process of its own: none inherits the heap,
// the goroutines or the timers of another.
func takeSample(program string, benchmarks []string, time string) (figures, error) {
	s := figures{}
	for _, name := range benchmarks {
		cmd := exec.Command(program, "-test.run=^$", "-test.bench=^Benchmark"+strings.ReplaceAll(name, "/", "$/^")+"$", "-test.benchtime="+time)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("%s: %v\n%s%s", name, err, out, stderr.Bytes())
		}
		if s[name], err = metrics(string(out)); err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", name, err, out)
		}
	}
	return s, nil
}

// metrics reads the line of a benchmark: its name, the number of iterations, and pairs of a
// figure and its unit.
func metrics(out string) (map[string]float64, error) {
	for line := range strings.Lines(out) {
		words := strings.Fields(line)
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		m := map[string]float64{}
		for i := 2; i+1 < len(words); i += 2 {
			v, err := strconv.ParseFloat(words[i], 64)
			if err != nil {
				return nil, err
			}
			m[words[i+1]] = v
		}
		return m, nil
	}
	return nil, fmt.Errorf("no benchmark of this name has run")
}
