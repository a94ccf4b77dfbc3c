package files_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/files"
	"github.com/asyncgen/asyncgen/examples/httpd/server"
)

// modified is when the files of the tests were.
var modified = time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC)

// site makes a directory and serves it, by this package and by net/http.
func site(t *testing.T) (ours, theirs string) {
	root := t.TempDir()
	for name, content := range map[string]string{
		"site/a.txt": "0123456789", "site/empty.css": "", "site/big.bin": strings.Repeat("abcdefgh", 20_000),
		"site/sub/index.html": "<html>page</html>", "site/noindex/b.txt": "b", "secret.txt": "secret", "site/ä b.txt": "escaped",
	} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, modified, modified); err != nil {
			t.Fatal(err)
		}
	}
	root = filepath.Join(root, "site")
	s, err := server.Start("127.0.0.1:0", server.Config{Handler: files.Dir{Root: root, Prefix: "/f/"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop(context.Background()) })
	h := httptest.NewServer(http.StripPrefix("/f", http.FileServer(http.Dir(root))))
	t.Cleanup(h.Close)
	return "http://" + s.Addr().String(), h.URL
}

// ask returns what matters of a response; of an error the status alone, as the texts differ.
func ask(t *testing.T, method, url string, fields ...string) string {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode >= 400 {
		return fmt.Sprint(resp.Status, err, resp.Header.Get("Content-Range"))
	}
	h := resp.Header
	return fmt.Sprint(resp.Status, err, resp.ContentLength, h["Content-Type"], h["Content-Range"], h["Last-Modified"], h["Accept-Ranges"], len(body), string(body[:min(len(body), 50)]))
}

// Files are served as net/http serves them.
func TestLikeNet(t *testing.T) {
	ours, theirs := site(t)
	date := func(d time.Duration) string { return modified.Add(d).Format(http.TimeFormat) }
	for _, c := range []struct {
		path   string
		fields []string
	}{
		{"a.txt", nil}, {"empty.css", nil}, {"sub/", nil}, {"none", nil}, {"%C3%A4%20b.txt", nil}, {"a.txt/x", nil},
		{"a.txt", []string{"Range", "bytes=0-0"}}, {"a.txt", []string{"Range", "bytes=3-5"}}, {"a.txt", []string{"Range", "bytes=7-"}},
		{"a.txt", []string{"Range", "bytes=-3"}}, {"a.txt", []string{"Range", "bytes=-30"}}, {"a.txt", []string{"Range", "bytes=5-300"}},
		{"a.txt", []string{"Range", "bytes=10-"}}, {"a.txt", []string{"Range", "bytes=100-200"}},
		{"big.bin", []string{"Range", "bytes=70000-140000"}},
		{"a.txt", []string{"If-Modified-Since", date(0)}}, {"a.txt", []string{"If-Modified-Since", date(-time.Second)}},
		{"a.txt", []string{"If-Modified-Since", "yesterday"}},
		{"a.txt", []string{"If-Unmodified-Since", date(0)}}, {"a.txt", []string{"If-Unmodified-Since", date(-time.Second)}},
		{"a.txt", []string{"Range", "bytes=1-2", "If-Range", date(0)}}, {"a.txt", []string{"Range", "bytes=1-2", "If-Range", date(-time.Hour)}},
		{"a.txt", []string{"Range", "bytes=1-2", "If-Range", `"other"`}},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			got, want := ask(t, method, ours+"/f/"+c.path, c.fields...), ask(t, method, theirs+"/f/"+c.path, c.fields...)
			if got != want {
				t.Errorf("%s %s %q\ngot  %s\nwant %s", method, c.path, c.fields, got, want)
			}
		}
	}
}

// What net/http does otherwise, or is not asked for with tags, which it does not make.
func TestStatus(t *testing.T) {
	ours, _ := site(t)
	resp, err := http.Get(ours + "/f/a.txt")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	tag := resp.Header.Get("Etag")
	for _, c := range []struct {
		method, path, field, value, want string
	}{
		{"GET", "a.txt", "If-None-Match", tag, "304"},
		{"GET", "a.txt", "If-None-Match", `"x", W/` + tag, "304"},
		{"GET", "a.txt", "If-None-Match", "*", "304"},
		{"GET", "a.txt", "If-None-Match", `"x"`, "200"},
		{"GET", "a.txt", "If-Match", tag, "200"},
		{"GET", "a.txt", "If-Match", "W/" + tag, "412"},
		{"GET", "a.txt", "If-Match", `"x"`, "412"},
		{"GET", "a.txt", "Range", "bytes=0-1,3-4", "200"},
		{"GET", "a.txt", "Range", "bytes=5-3", "200"},
		{"GET", "a.txt", "Range", "lines=1-2", "200"},
		{"GET", "noindex/", "", "", "404"},
		{"GET", "../secret.txt", "", "", "404"},
		{"GET", "..%2fsecret.txt", "", "", "404"},
		{"GET", "sub/%2e%2e/%2e%2e/secret.txt", "", "", "404"},
		{"GET", "a.txt%00", "", "", "404"},
		{"PUT", "a.txt", "", "", "405"},
	} {
		if c.field == "" {
			c.field = "X-Nothing"
		}
		if got := ask(t, c.method, ours+"/f/"+c.path, c.field, c.value); !strings.HasPrefix(got, c.want) {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
