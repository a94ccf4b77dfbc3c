package vet

import (
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
)

// Analyzers lists all analyzers that report something.
func Analyzers() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		Unawaited,
		Blocking,
		LockedAwait,
		LiteralAwait,
		Dropped,
		LoadOrder,
		DefaultRuntime,
		TaskLocal,
	}
}

// codeOf gives what [codeAnalyzer] has found out about the package of a pass.
func codeOf(pass *analysis.Pass) *code { return pass.ResultOf[codeAnalyzer].(*code) }

// Unit is the whole program where the go command runs it as a tool of go vet: it reads the
// arguments of the process, looks at one package, and exits.
func Unit() { unitchecker.Main(Analyzers()...) }
