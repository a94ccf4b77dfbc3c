package main

// The reasons of programs whose twin cannot do what they do as they stand. None is a bug of
// the compiler.
const (
	frames = "looks at the frames of the stack: a machine has others, and generated code has other lines"
	lives  = "expects a value to be collected, or a finalizer to run, at a certain point; a frame on the heap keeps it longer, or not as unsafe.Pointer wants it"
	allocs = "counts or profiles allocations"
	files  = "needs files of the test suite, or compiles a program itself"
	long   = "takes too long as a machine, even one that hardly suspends"
	number = "prints the number that the Go compiler gives a local type, of which generated code has more"
	flags  = "means something else without a flag of the Go compiler that it asks for"
	names  = "knows the path of one of its packages"
	linker = "looks at what the Go compiler makes of package-level declarations"
)

// knownReasons gives the reason of each such program.
var knownReasons = map[string]string{
	"abi/fibish.go":                  long,
	"abi/fibish_closure.go":          long,
	"abi/uglyfib.go":                 long,
	"closure.go":                     allocs,
	"convert5.go":                    flags,
	"devirtualization_nil_panics.go": frames,
	"divmod.go":                      long,
	"fixedbugs/bug347.go":            frames,
	"fixedbugs/bug348.go":            frames,
	"fixedbugs/bug369.go":            files,
	"fixedbugs/issue13169.go":        long,
	"fixedbugs/issue14646.go":        frames,
	"fixedbugs/issue18149.go":        frames,
	"fixedbugs/issue19467.go":        frames,
	"fixedbugs/issue21317.go":        files,
	"fixedbugs/issue21879.go":        frames,
	"fixedbugs/issue22083.go":        frames,
	"fixedbugs/issue22662.go":        frames,
	"fixedbugs/issue24491a.go":       lives,
	"fixedbugs/issue24491b.go":       lives,
	"fixedbugs/issue27201.go":        frames,
	"fixedbugs/issue29504.go":        frames,
	"fixedbugs/issue29919.go":        frames,
	"fixedbugs/issue33724.go":        frames,
	"fixedbugs/issue42401.go":        names,
	"fixedbugs/issue4562.go":         frames,
	"fixedbugs/issue4618.go":         allocs,
	"fixedbugs/issue4667.go":         allocs,
	"fixedbugs/issue5856.go":         frames,
	"fixedbugs/issue7690.go":         frames,
	"fixedbugs/issue79186.go":        long,
	"fixedbugs/issue80188.go":        long,
	"fixedbugs/issue9355.go":         files,
	"fixedbugs/issue9608.go":         files,
	"fixedbugs/issue9862_run.go":     files,
	"heapsampling.go":                allocs,
	"inline_caller.go":               frames,
	"inline_callers.go":              frames,
	"inline_literal.go":              frames,
	"linkmain_run.go":                files,
	"linkobj.go":                     files,
	"linkx_run.go":                   files,
	"maymorestack.go":                flags,
	"noinit.go":                      linker,
	"typeparam/nested.go":            number,
}

// goesDeep has the programs that make so many calls, or nest them so deeply, that they would
// take too long if each of their calls and blocks suspended.
var goesDeep = map[string]bool{
	"fixedbugs/issue16249.go": true,
	"fixedbugs/issue59680.go": true,
	"peano.go":                true,
}
