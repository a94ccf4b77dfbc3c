package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// isVetTool reports whether the go command runs this program as the tool of go vet: it asks
// for the version and the flags, or names the file that describes a package.
func isVetTool(args []string) bool {
	if len(args) == 0 {
		return false
	}
	last := args[len(args)-1]
	return last == "-V=full" || last == "-flags" || strings.HasSuffix(last, ".cfg")
}

// vetPackages is the sub-command vet. It lets go vet run this program for each package, so that
// packages are found, facts kept and results cached as they are for all of Go's own checks.
func vetPackages(args []string, stdout, stderr io.Writer) int {
	exe, err := os.Executable()
	if err != nil {
		fmt.Fprintf(stderr, "asyncgen: vet: %v\n", err)
		return exitFailed
	}
	cmd := exec.Command("go", append([]string{"vet", "-vettool=" + exe}, args...)...)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return exit.ExitCode()
	}
	fmt.Fprintf(stderr, "asyncgen: vet: %v\n", err)
	return exitFailed
}
