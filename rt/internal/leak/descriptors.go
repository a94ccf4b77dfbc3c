package leak

import (
	"os"
	"path/filepath"
	"strings"
)

// listing is where Linux shows the descriptors of this process, as links to what they are of.
const listing = "/proc/self/fd"

// descriptors returns what each open descriptor is of; nothing where that cannot be known.
func descriptors() (targets []string) {
	entries, err := os.ReadDir(listing)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		target, err := os.Readlink(filepath.Join(listing, e.Name()))
		if err != nil {
			continue // it is that of the listing, and closed again
		}
		// "socket:[4711]" and "pipe:[42]" have a number of their own each.
		kind, _, numbered := strings.Cut(target, ":[")
		if numbered {
			target = kind
		}
		targets = append(targets, target)
	}
	return targets
}
