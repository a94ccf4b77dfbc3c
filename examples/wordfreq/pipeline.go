package main

import (
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/asyncgen/asyncgen/rt"
)

//go:generate go tool asyncgen

// Count adds up the words of all files below root whose names end in suffix. It works on up
// to limit files at a time, and the files that it still works on when it ends early are
// given up.
//
//async:func
func Count(root, suffix string, limit int) (Freq, error) {
	total := make(Freq)
	var running []*rt.Task[Freq] // the oldest first
	defer func() {
		for _, t := range running {
			t.Cancel()
		}
	}()
	for path, err := range textFiles(root, suffix) {
		if err != nil {
			return nil, err
		}
		if len(running) == limit {
			part, err := running[0].Await()
			if err != nil {
				return nil, err
			}
			total.Add(part)
			running = running[1:]
		}
		running = append(running, rt.Spawn(countFileAsync(path)))
	}
	for len(running) > 0 {
		part, err := running[0].Await()
		if err != nil {
			return nil, err
		}
		total.Add(part)
		running = running[1:]
	}
	return total, nil
}

// countFile reads one file and counts its words.
//
//async:func
func countFile(path string) (Freq, error) {
	text, err := onGoroutine(func() ([]byte, error) { return os.ReadFile(path) }).Await()
	if err != nil {
		return nil, err
	}
	freq := make(Freq)
	for word := range words(string(text)) {
		freq[word]++
	}
	return freq, nil
}

// textFiles goes through the files below root whose names end in suffix, in lexical order.
// After an error there are no more.
func textFiles(root, suffix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.Type().IsRegular() && strings.HasSuffix(path, suffix) && !yield(path, nil):
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield("", err)
		}
	}
}
