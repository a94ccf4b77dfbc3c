package main

// A subject is a package whose tests judge.
type subject struct {
	path   string
	module string   // path@version, none for the standard library
	also   []string // further files and folders that its tests read, relative to GOROOT/src
	// Tests and test files that are left out, with the reason. None is a bug of the compiler.
	skips   map[string]string
	without map[string]string
	// Tests that nest calls ten thousand deep. Each suspension is a poll of all of them, so these
	// suspend rarely.
	deep []string
}

const (
	allocs = "counts allocations or what escapes, and a plain caller's waiting for a machine is some"
	path   = "knows the path of its package"
	lines  = "looks at the line of its caller, which is the runtime's where a plain function waits for a machine"
	stack  = "looks at the functions on the stack, where machines stand"
	timing = "expects to be done within milliseconds, which machines may need longer for"
	others = "passes values to or from a package that uses the original"
)

// known are the packages in the tables: those of the standard library, or of another module.
func (j *judge) known() []subject {
	if j.module == "" {
		return standard
	}
	return modules[j.module]
}

// find returns the subject with this path, which need not be in a table.
func (j *judge) find(path string) *subject {
	for _, s := range j.known() {
		if s.path == path {
			return &s
		}
	}
	return &subject{path: path}
}

var standard = []subject{
	{path: "container/list"},
	{path: "container/heap"},
	{path: "sort"},
	{path: "strings", skips: map[string]string{
		"TestBuilderGrow":            allocs,
		"TestBuilderAllocs":          allocs,
		"TestBuilderGrowSizeclasses": allocs,
		"TestIndexRune":              allocs,
		"TestReplace":                allocs,
	}},
	{path: "text/tabwriter"},
	{path: "text/template/parse"},
	{path: "encoding/csv"},
	{path: "encoding/json"},
	{path: "go/scanner"},
	{path: "go/printer"},
	{path: "regexp/syntax"},
	{path: "compress/flate", also: []string{"compress/testdata", "testdata"}},
	{path: "math/big", without: map[string]string{"alias_test.go": others}, skips: map[string]string{
		"TestEscape":        allocs,
		"TestMulAlloc":      allocs,
		"TestSqrAlloc":      allocs,
		"TestNewIntAllocs":  allocs,
		"TestMulUnbalanced": allocs,
	}},

	// Beyond those that were chosen first, what else was tried.
	{path: "archive/tar"},
	{path: "archive/zip"},
	{path: "bufio", skips: map[string]string{"TestReadStringAllocs": allocs}},
	{path: "bytes", skips: map[string]string{
		"TestNewBufferShallow": allocs,
		"TestWriteAppend":      allocs,
		"TestGrow":             allocs,
		"TestEqual":            allocs,
		"TestIndex":            allocs,
		"TestLastIndex":        allocs,
		"TestIndexRune":        allocs,
		"TestReplace":          allocs,
	}},
	{path: "compress/bzip2"},
	{path: "compress/lzw", also: []string{"compress/testdata"}},
	{path: "container/ring"},
	{path: "context", skips: map[string]string{"TestAllocs": allocs}},
	{path: "database/sql", skips: map[string]string{"TestRawBytesAllocs": allocs, "TestGrabConnAllocs": allocs}},
	{path: "encoding/binary", skips: map[string]string{"TestAppendAllocs": allocs, "TestSizeAllocs": allocs}},
	{path: "encoding/gob", skips: map[string]string{"TestRegistrationNaming": path}},
	{path: "encoding/xml", deep: []string{"TestCVE202228131", "TestCVE202230633"}},
	{path: "errors"},
	{path: "expvar"},
	{path: "flag", skips: map[string]string{"TestDefineAfterSet": lines}},
	{path: "fmt"},
	{path: "go/build/constraint"},
	{path: "go/constant"},
	{path: "go/doc"},
	{path: "go/format"},
	{path: "go/parser", also: []string{"go/printer/nodes.go"}},
	{path: "html"},
	{path: "html/template"},
	{path: "image/gif", also: []string{"image/testdata"}},
	{path: "image/jpeg", also: []string{"image/testdata"}},
	{path: "image/png"},
	{path: "index/suffixarray"},
	{path: "log/slog", without: map[string]string{"slogtest_test.go": others}, skips: map[string]string{
		"TestAttrNoAlloc":         allocs,
		"TestJSONAndTextHandlers": lines,
		"TestJSONAllocs":          allocs,
		"TestConnections":         lines,
		"TestCallDepth":           lines,
		"TestAlloc":               allocs,
		"TestPanics":              lines,
		"TestRecordSource":        path,
		"TestTextHandlerAlloc":    allocs,
		"TestValueNoAlloc":        allocs,
		"TestAnyLevelAlloc":       allocs,
		"TestLogValue":            lines,
	}},
	{path: "maps"},
	{path: "math/rand/v2"},
	{path: "mime", skips: map[string]string{"TestLookupMallocs": allocs}},
	{path: "mime/multipart"},
	{path: "net/mail"},
	{path: "net/netip", skips: map[string]string{"TestNoAllocs": allocs, "TestAddrStringAllocs": allocs}},
	{path: "net/textproto", skips: map[string]string{"TestCommonHeaders": allocs}},
	{path: "net/url"},
	{path: "path/filepath"},
	{path: "regexp"},
	{path: "slices", skips: map[string]string{"TestInsert": allocs, "TestGrow": allocs, "TestConcat": allocs}},
	{path: "strconv", skips: map[string]string{"TestAllocationsFromBytes": allocs}},
	{path: "text/scanner"},
	{path: "text/template"},
}
