package inside

import (
	"os/exec"
	"strings"
	"testing"
	"unsafe"
)

// A moved state refers to the place where it was.
func TestMoved(t *testing.T) {
	var here loose
	here.fill("original")
	moved := here
	here.fill("changed!")
	if got := string(moved.rest); got != "changed!" {
		t.Errorf("rest is %q: the copy has its own bytes?", got)
	}
	if got := string(moved.buf[:]); got != "original" {
		t.Errorf("buf is %q", got)
	}
	if unsafe.Sizeof(pinned{}) != unsafe.Sizeof(loose{}) {
		t.Error("the mark takes room")
	}
}

// go vet reports the copy of a future.
func TestVetReportsMove(t *testing.T) {
	out, err := exec.Command("go", "vet", "-copylocks", "./testdata/moved").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "moved.go:14:11: assignment copies lock value to moved") {
		t.Errorf("go vet: %v\n%s", err, out)
	}
}
