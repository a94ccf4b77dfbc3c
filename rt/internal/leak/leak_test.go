package leak

import (
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

func parked(release <-chan struct{}) { <-release }

// TestGoroutine leaves a goroutine behind, looks whether it is found, and lets it end.
func TestGoroutine(t *testing.T) {
	before := take()
	release := make(chan struct{})
	for range 3 {
		go parked(release)
	}
	if more := before.wait(0); !strings.Contains(more, "3 × goroutine: ") || !strings.Contains(more, "leak.parked") {
		t.Errorf("found %q", more)
	}
	close(release)
	if more := before.wait(Patience); more != "" {
		t.Errorf("found %q", more)
	}
}

// TestReplaced has one goroutine end and another of the kind begin: that is no leak.
func TestReplaced(t *testing.T) {
	first, second := make(chan struct{}), make(chan struct{})
	go parked(first)
	before := take()
	close(first)
	go parked(second)
	if more := before.wait(Patience); more != "" {
		t.Errorf("found %q", more)
	}
	close(second)
}

func TestDescriptor(t *testing.T) {
	if len(descriptors()) == 0 {
		t.Skip("no way to see descriptors here")
	}
	before := take()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("leak.go")
	if err != nil {
		t.Fatal(err)
	}
	more := before.wait(0)
	for _, want := range []string{"1 × descriptor: socket", "leak.go"} {
		if !strings.Contains(more, want) {
			t.Errorf("found %q, without %s", more, want)
		}
	}
	l.Close()
	f.Close()
	if more := before.wait(Patience); more != "" {
		t.Errorf("found %q", more)
	}
}

// recorder is a test that only remembers whether it has failed.
type recorder struct {
	testing.TB
	failed  bool
	cleanup []func()
}

func (r *recorder) Helper()               {}
func (r *recorder) Cleanup(f func())      { r.cleanup = append(r.cleanup, f) }
func (r *recorder) Errorf(string, ...any) { r.failed = true }

// TestCheck has a goroutine end only after the test has: Check waits for it.
func TestCheck(t *testing.T) {
	r := new(recorder)
	Check(r)
	release := make(chan struct{})
	go parked(release)
	time.AfterFunc(time.Millisecond, func() { close(release) })
	r.cleanup[0]()
	if r.failed {
		t.Error("Check did not wait")
	}
}
