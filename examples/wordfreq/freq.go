package main

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode"
)

// Freq says how often each word occurs.
type Freq map[string]int

// Add adds the counts of other.
func (f Freq) Add(other Freq) {
	for word, n := range other {
		f[word] += n
	}
}

// A Word is a word with its count.
type Word struct {
	Text  string
	Count int
}

// Top returns the n most frequent words, those of the same count in alphabetical order.
func (f Freq) Top(n int) []Word {
	all := make([]Word, 0, len(f))
	for text, count := range f {
		all = append(all, Word{text, count})
	}
	slices.SortFunc(all, func(a, b Word) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
	})
	return all[:min(n, len(all))]
}

// words are the runs of letters in text, in lower case.
func words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for field := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if !yield(strings.ToLower(field)) {
				return
			}
		}
	}
}
