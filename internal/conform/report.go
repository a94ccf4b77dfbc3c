package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// report prints what became of the programs. A difference that is not known is an error.
func (s *suite) report(w io.Writer) error {
	for v := skipped; v <= passed; v++ {
		ps := s.with(v)
		fmt.Fprintf(w, "%5d %s\n", len(ps), verdictNames[v])
		if v == passed || v <= declined && !s.verbose {
			continue
		}
		for _, p := range ps {
			detail := strings.Join(p.detail, "\n")
			fmt.Fprintf(w, "\t%s\n\t\t%s\n", p.path, strings.ReplaceAll(strings.TrimSpace(detail), "\n", "\n\t\t"))
		}
	}
	for _, p := range s.with(passed) {
		if knownReasons[filepath.ToSlash(p.path)] != "" {
			fmt.Fprintf(w, "%s passes, though known.go has it\n", p.path)
		}
	}
	s.table(w)
	if n := len(s.with(crashed)) + len(s.with(broken)) + len(s.with(differs)); n > 0 {
		return fmt.Errorf("%d programs do not do what they should", n)
	}
	return nil
}

// table prints a row of figures for each folder.
func (s *suite) table(w io.Writer) {
	type row [len(verdictNames) + 1]int
	rows, all := map[string]*row{}, &row{}
	var order []string
	for _, p := range s.programs {
		folder := filepath.ToSlash(filepath.Dir(p.path))
		r := rows[folder]
		if r == nil {
			r = &row{}
			rows[folder], order = r, append(order, folder)
		}
		for _, r := range []*row{r, all} {
			r[0]++
			r[p.verdict+1]++
		}
	}
	rows["all"] = all
	fmt.Fprintf(w, "| folder | programs | %s |\n|---|%s\n", strings.Join(verdictNames[:], " | "), strings.Repeat("---|", len(verdictNames)+1))
	for _, folder := range append(order, "all") {
		fmt.Fprintf(w, "| `%s` ", folder)
		for _, n := range rows[folder] {
			fmt.Fprintf(w, "| %d ", n)
		}
		fmt.Fprintln(w, "|")
	}
}
