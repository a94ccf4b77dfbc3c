package main

import (
	"fmt"
	"os"

	"github.com/asyncgen/asyncgen/emit"
	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

func main() {
	lower.Check = true
	r, err := parse.Load(parse.Config{Dir: os.Args[1]}, os.Args[2:]...)
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	for _, d := range r.Diags.Sorted() {
		fmt.Println(d)
	}
	if r.Diags.Len() > 0 {
		os.Exit(1)
	}
	for _, p := range r.Packages {
		diags := &diag.List{Fset: p.Fset}
		ms := lower.Package(p, diags)
		if os.Getenv("IR") != "" {
			for _, m := range ms {
				m.WriteTo(os.Stdout)
			}
		}
		for _, d := range diags.Sorted() {
			fmt.Println(d)
		}
		for _, f := range p.Files {
			out, err := emit.File(f, ms, emit.Options{}, diags)
			if err != nil {
				fmt.Println(err)
				os.WriteFile(f.Output+".bad", []byte(err.Error()), 0o644)
				os.Exit(1)
			}
			os.WriteFile(f.Output, out, 0o644)
		}
	}
}
