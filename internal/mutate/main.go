// Command mutate asks whether the tests would notice: it breaks one rule of the compiler or of
// the runtime at a time, in a copy of the project, and runs the tests that are for the rule.
// They have to fail. A mutant that survives is a test that is missing.
//
//	go run ./internal/mutate [patterns]
//
// Patterns are regular expressions for names of mutants, which are listed, with the tests, in
// the table of mutants.go. The goldens that judge a mutant of the compiler are recorded
// anew, so that what counts is what programs do, not that the text differs.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
)

func main() {
	flag.Parse()
	if err := run(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(patterns []string) error {
	pattern, err := regexp.Compile(strings.Join(patterns, "|"))
	if err != nil {
		return err
	}
	var chosen []mutant
	for _, m := range mutants() {
		if pattern.MatchString(m.rule) {
			chosen = append(chosen, m)
		}
	}
	w, err := newWorkspace(".")
	if err != nil {
		return err
	}
	defer w.remove()
	if err := w.baseline(chosen); err != nil {
		return err
	}
	survivors := 0
	for _, m := range chosen {
		killer, err := w.try(m)
		switch {
		case errors.Is(err, errBuild):
			survivors++
			fmt.Printf("UNFIT    %s: %v\n", m.rule, err)
		case err != nil:
			return fmt.Errorf("%s: %w", m.rule, err)
		case killer == "":
			survivors++
			fmt.Printf("SURVIVES %s\n", m.rule)
		default:
			fmt.Printf("killed   %s: %s\n", m.rule, killer)
		}
	}
	fmt.Printf("%d mutants, %d survive\n", len(chosen), survivors)
	if survivors > 0 {
		return fmt.Errorf("%d mutants survive", survivors)
	}
	return nil
}
