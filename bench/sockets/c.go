//go:build linux

package main

import (
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed epoll/echo.c
var cSource []byte

// cProgram is the compiled epoll/echo.c, or empty if there is no C compiler.
var cProgram string

// buildC compiles epoll/echo.c in a directory, if it can.
func buildC(dir string) error {
	compiler, err := exec.LookPath("gcc")
	if err != nil {
		return nil
	}
	source := filepath.Join(dir, "echo.c")
	if err := os.WriteFile(source, cSource, 0o666); err != nil {
		return err
	}
	program := filepath.Join(dir, "echo")
	cmd := exec.Command(compiler, "-O2", "-pthread", "-o", program, source)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return err
	}
	cProgram = program
	return nil
}
