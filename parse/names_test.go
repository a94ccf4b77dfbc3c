package parse

import (
	"slices"
	"testing"
)

func TestTwinNames(t *testing.T) {
	for _, c := range []struct {
		recv, name, as            string
		full, constructor, future string
	}{
		{"", "Fetch", "", "Fetch", "FetchAsync", "FetchFuture"},
		{"", "fetch", "", "fetch", "fetchAsync", "fetchFuture"},
		{"", "main", "", "main", "mainAsync", "mainFuture"},
		{"", "état", "", "état", "étatAsync", "étatFuture"},
		{"Client", "Get", "", "Client.Get", "GetAsync", "ClientGetFuture"},
		{"Client", "get", "", "Client.get", "getAsync", "clientGetFuture"},
		{"client", "Get", "", "client.Get", "GetAsync", "clientGetFuture"},
		{"client", "get", "", "client.get", "getAsync", "clientGetFuture"},
		{"", "fetch", "Later", "fetch", "Later", "LaterFuture"},
		{"Client", "Get", "later", "Client.Get", "later", "laterFuture"},
	} {
		n := twinNames("func", c.recv, c.name, c.as)
		if n.Func != c.full || n.Constructor != c.constructor || n.Future != c.future {
			t.Errorf("twinNames(%q, %q, %q) = %+v", c.recv, c.name, c.as, n)
		}
	}
}

func TestLiteralNames(t *testing.T) {
	taken := map[string]bool{"clientGetFunc2Result": true}
	is := func(name string) bool { return taken[name] }
	n := literalNames(twinNames("func", "Client", "Get", ""), 1, is)
	if n.Func != "Client.Get.func1" || n.Future != "clientGetFunc1Future" || n.Result != "clientGetFunc1Result" {
		t.Errorf("%+v", n)
	}
	if n := literalNames(twinNames("func", "Client", "Get", ""), 2, is); n.Future != "clientGetFunc2_Future" {
		t.Errorf("%+v", n)
	}
	if n := literalNames(n, 3, is); n.Func != "Client.Get.func1.func3" || n.Future != "clientGetFunc1Func3Future" {
		t.Errorf("%+v", n)
	}
}

func TestResultFields(t *testing.T) {
	for _, c := range []struct{ names, want []string }{
		{[]string{"", ""}, []string{"R0", "R1"}},
		{[]string{"n", "_", "Name"}, []string{"N", "R1", "Name"}},
		{[]string{"a", "A"}, []string{"A", "R1"}},
		{[]string{"", "r0"}, []string{"R0_", "R0"}},
		{[]string{"_x", "é", "世"}, []string{"R0", "É", "R2"}},
	} {
		if got := ResultFields(c.names); !slices.Equal(got, c.want) {
			t.Errorf("ResultFields(%q) = %q, want %q", c.names, got, c.want)
		}
	}
}

func TestOutputPath(t *testing.T) {
	for _, c := range []struct{ source, output string }{
		{"/x/fetch.go", "/x/fetch_async.go"},
		{"fetch_test.go", "fetch_async_test.go"},
		{"conn_linux.go", "conn_async_linux.go"},
		{"conn_amd64.go", "conn_async_amd64.go"},
		{"conn_linux_amd64.go", "conn_async_linux_amd64.go"},
		{"conn_linux_test.go", "conn_async_linux_test.go"},
		{"conn_linux_amd64_test.go", "conn_async_linux_amd64_test.go"},
		{"linux.go", "linux_async.go"},             // no constraint before the first underscore
		{"linux_amd64.go", "linux_async_amd64.go"}, // nor here
		{"linux_test.go", "linux_async_test.go"},
		{"a_amd64_linux.go", "a_amd64_async_linux.go"}, // the wrong way round
		{"a_unix.go", "a_unix_async.go"},               // unix is no file name constraint
		{"test.go", "test_async.go"},
		{"x_async.go", "x_async_async.go"},
	} {
		if got := OutputPath(c.source); got != c.output {
			t.Errorf("OutputPath(%s) = %s, want %s", c.source, got, c.output)
		}
		if got, ok := sourcePath(c.output); got != c.source || !ok {
			t.Errorf("sourcePath(%s) = %s, %t, want %s", c.output, got, ok, c.source)
		}
	}
	for _, name := range []string{"fetch.go", "_async.go", "async.go", "fetch_async2.go"} {
		if got, ok := sourcePath(name); ok {
			t.Errorf("sourcePath(%s) = %s", name, got)
		}
	}
}

func TestIsGenerated(t *testing.T) {
	for text, want := range map[string]bool{
		Header:                              true,
		Header + "\n\npackage p":            true,
		Header + "\r\npackage p":            true,
		Header + " Really.\n":               false,
		"\n" + Header:                       false,
		"package p\n" + Header:              false,
		"// Code generated. DO NOT EDIT.\n": false,
	} {
		if got := IsGenerated([]byte(text)); got != want {
			t.Errorf("IsGenerated(%q) = %t", text, got)
		}
	}
}

func TestRunByGoTest(t *testing.T) {
	for name, want := range map[string]bool{
		"Test": true, "TestX": true, "Test_x": true, "Testing": false, "TestAsync": true,
		"BenchmarkX": true, "FuzzX": true, "ExampleX": true, "Example": true, "Examples": false, "fetch": false,
	} {
		if got := runByGoTest(name); got != want {
			t.Errorf("runByGoTest(%s) = %t", name, got)
		}
	}
}
