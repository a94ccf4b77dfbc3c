package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/asyncgen/asyncgen/internal/driver"
	"github.com/asyncgen/asyncgen/vet"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // the input has errors, or files are not up to date
	exitUsage  = 2 // the command line makes no sense
)

//go:embed doc.go
var manualSource string

// manual is the package comment, which -help prints.
func manual() string {
	_, text, _ := strings.Cut(manualSource, "/*\n")
	text, _, _ = strings.Cut(text, "*/")
	return text
}

func main() {
	if isVetTool(os.Args[1:]) {
		vet.Unit()
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is the command, without the process around it.
func run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		switch args[0] {
		case "version":
			fmt.Fprintln(stdout, version())
			return exitOK
		case "vet":
			return vetPackages(args[1:], stdout, stderr)
		case "explain":
			return explain(args[1:], stdout, stderr)
		case "help":
			fmt.Fprint(stdout, manual())
			return exitOK
		}
	}
	o, err := parseFlags(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, manual())
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "asyncgen: %v\nRun asyncgen -help for usage.\n", err)
		return exitUsage
	}
	o.Stdout, o.Stderr = stdout, stderr
	if o.Dir, err = os.Getwd(); err == nil {
		var ok bool
		if ok, err = driver.Run(o); ok {
			return exitOK
		}
	}
	if err != nil {
		fmt.Fprintf(stderr, "asyncgen: %v\n", err)
	}
	return exitFailed
}

// parseFlags reads the command line. Its errors are those of wrong use.
func parseFlags(args []string) (o driver.Options, err error) {
	flags := flag.NewFlagSet("asyncgen", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var check, diff bool
	var dump, tags string
	flags.StringVar(&o.Output, "o", "", "")
	flags.BoolVar(&check, "check", false, "")
	flags.BoolVar(&diff, "diff", false, "")
	flags.StringVar(&dump, "dump", "", "")
	flags.BoolVar(&o.Line, "line", false, "")
	flags.StringVar(&tags, "tags", "", "")
	flags.BoolVar(&o.JSON, "json", false, "")
	flags.BoolVar(&o.Verbose, "v", false, "")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.Patterns = flags.Args()
	if len(o.Patterns) == 0 {
		o.Patterns = []string{"."}
	}
	o.Tags = tagList(tags)
	switch {
	case dump != "" && dump != "ir":
		return o, fmt.Errorf("-dump=%s: only -dump=ir is known", dump)
	case dump != "" && (check || diff || o.Output != ""):
		return o, errors.New("-dump excludes -check, -diff and -o")
	case o.Output != "" && (len(o.Patterns) != 1 || !strings.HasSuffix(o.Patterns[0], ".go")):
		return o, errors.New("-o needs exactly one source file")
	case o.Output == "-" && (check || diff):
		return o, errors.New("-o - excludes -check and -diff")
	case o.Output != "" && o.Output != "-" && !strings.HasSuffix(o.Output, ".go"):
		return o, fmt.Errorf("-o %s: the name of a Go file ends in .go", o.Output)
	case dump != "":
		o.Mode = driver.DumpIR
	case diff:
		o.Mode = driver.Diff
	case check:
		o.Mode = driver.Check
	}
	return o, nil
}

// tagList splits the value of -tags.
func tagList(tags string) []string {
	return strings.FieldsFunc(tags, func(r rune) bool { return r == ',' || r == ' ' })
}

// version describes the program as the go command has built it.
func version() string {
	v := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		v = info.Main.Version
	}
	return fmt.Sprintf("asyncgen %s %s", v, runtime.Version())
}
