// Package exports imports packages from the export data that the go command makes, for the judges that
// check the types of programs which they write.
package exports

import (
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"strings"
)

// Format is what go list -export -f has to print for each package.
const Format = "{{.ImportPath}}={{.Export}}"

// Importer resolves the packages of a list that go list has printed so.
func Importer(list []byte) types.Importer {
	files := map[string]string{}
	for line := range strings.Lines(string(list)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "=")
		files[path] = file
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(files[path])
	})
}
