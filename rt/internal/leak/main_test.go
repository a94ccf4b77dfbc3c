package leak

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// child is set in a process that is to run TestLeaves with Main.
const child = "LEAK_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(child) == "" {
		os.Exit(m.Run())
	}
	Patience = 100 * time.Millisecond
	Main(m, Shared{Begin: func() { shared++ }, End: func() { os.Stdout.WriteString("end\n") }})
}

// shared counts calls of Begin.
var shared int

// TestLeaves leaves a goroutine behind, and lets it end with the next test, after which nobody would
// know of it.
func TestLeaves(t *testing.T) {
	if os.Getenv(child) == "" {
		t.Skip("TestEachChecked runs it")
	}
	left = make(chan struct{})
	go parked(left)
}

var left chan struct{}

func TestLeavesNothing(t *testing.T) {
	if os.Getenv(child) == "" {
		t.Skip("TestEachChecked runs it")
	}
	close(left)
	if shared != 2 {
		t.Errorf("Begin was called %d times", shared)
	}
}

// TestEachChecked has a process find out that one of its tests leaks and another one does not.
func TestEachChecked(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestLeaves", "-test.v")
	cmd.Env = append(os.Environ(), child+"=yes")
	out, err := cmd.CombinedOutput()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 {
		t.Errorf("the process has ended with %v", err)
	}
	for _, want := range []string{"--- FAIL: TestLeaves ", "left behind", "1 × goroutine: ", "--- PASS: TestLeavesNothing ", "end\n"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
}
