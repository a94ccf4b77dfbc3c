package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/internal/driver"
)

// explain is the sub-command of that name.
func explain(args []string, stdout, stderr io.Writer) int {
	o, err := parseExplain(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, manual())
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "asyncgen: explain: %v\nRun asyncgen -help for usage.\n", err)
		return exitUsage
	}
	o.Stdout, o.Stderr = stdout, stderr
	ok := false
	if o.Dir, err = os.Getwd(); err == nil {
		ok, err = driver.Explain(o)
	}
	if err != nil {
		fmt.Fprintf(stderr, "asyncgen: explain: %v\n", err)
	}
	if !ok {
		return exitFailed
	}
	return exitOK
}

// parseExplain reads the command line behind explain.
func parseExplain(args []string) (o driver.ExplainOptions, err error) {
	flags := flag.NewFlagSet("explain", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var tags string
	flags.StringVar(&o.Format, "format", "", "")
	flags.StringVar(&o.Output, "o", "", "")
	flags.StringVar(&tags, "tags", "", "")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.Tags = tagList(tags)
	o.Patterns = []string{"."}
	switch flags.NArg() {
	case 2:
		o.Func = flags.Arg(1)
		fallthrough
	case 1:
		o.Patterns[0] = flags.Arg(0)
	case 0:
	default:
		return o, errors.New("it takes a package and the name of a function, behind the flags")
	}
	if o.Format == "" {
		o.Format = "text"
		if strings.HasSuffix(o.Output, ".html") {
			o.Format = "html"
		}
	}
	switch {
	case !slices.Contains(driver.Formats, o.Format):
		return o, fmt.Errorf("-format=%s: it can be %s", o.Format, strings.Join(driver.Formats, ", "))
	case o.Func == "" && o.Format != "text":
		return o, fmt.Errorf("-format=%s needs the name of a function", o.Format)
	case strings.HasSuffix(o.Output, ".go"):
		return o, fmt.Errorf("-o %s: an explanation is no Go file", o.Output)
	}
	return o, nil
}
