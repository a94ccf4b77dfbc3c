package rt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocListings checks that the listings of the package document are code of the package,
// or of its examples, line for line.
func TestDocListings(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var sources []string
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if name != "doc.go" {
			sources = append(sources, flatten(string(source)))
		}
	}
	listings := listingsOf(string(doc))
	if len(listings) < 3 {
		t.Errorf("found only %d listings", len(listings))
	}
	for _, listing := range listings {
		found := false
		for _, source := range sources {
			found = found || strings.Contains(source, flatten(listing))
		}
		if !found {
			t.Errorf("this is not in the code:\n%s", listing)
		}
	}
}

// listingsOf returns the indented blocks of a document.
func listingsOf(doc string) (listings []string) {
	listing := ""
	for line := range strings.Lines(doc) {
		if strings.HasPrefix(line, "\t") {
			listing += line
		} else if listing != "" {
			listings = append(listings, listing)
			listing = ""
		}
	}
	return listings
}

// flatten removes indentation.
func flatten(code string) string {
	lines := strings.Split(strings.TrimSpace(code), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}
