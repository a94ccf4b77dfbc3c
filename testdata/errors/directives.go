package errors

import "github.com/asyncgen/asyncgen/rt"

//async:fnc // want `unknown directive //async:fnc: known are func, gen, stream, new and in`
func misspelt() {}

//async: // want `unknown directive //async:: known are`
func empty() {}

// async:func // want `a directive has no space: write //async:func`
func spaced() {}

// Tabs are no better, nor are options.
//
//	async:gen as=Walk // want `a directive has no space: write //async:gen`
func tabbed() {}

//async: func // want `a directive has no space: write //async:func`
func spacedBehind() {}

//async:	func as=Other // want `a directive has no space: write //async:func as=Other`
func tabbedBehind() {}

// What
// async:func means is told elsewhere.
func mentioned() {}

//async:func fast // want `unknown option "fast": known are as=Name and dyn`
func option() { rt.Yield().Await() }

// The twin of a function with a wrong option exists for those who call it.
//
//async:func
func usesOption() { optionAsync().Await() }

//async:func as= // want `option "as=" needs a Go identifier`
func noName() {}

//async:func as=1st // want `option "as=1st" needs a Go identifier`
func badName() {}

//async:func as=A as=B // want `option as is given twice`
func twoNames() {}

//async:func dyn=yes // want `unknown option "dyn=yes"`
func dynValue() {}

//async:func
//async:func // want `the function already has the directive //async:func`
func twice() {}

//async:func
//async:new // want `the function already has the directive //async:func`
func both() *rt.SleepFuture { return nil }

//async:stream // want `stream must have one result, an iterator`
func stream() {}

//async:func // want `//async:func is not in the doc comment of a function: move it`
type notAFunction struct{}

//async:func // want `not in the doc comment of a function`
var notAFunctionEither = func() {}

//async:func // want `not in the doc comment of a function`

func detached() {
	//async:func // want `not in the doc comment of a function`
	_ = func() {}
}

// A doc comment may speak of //async:func.
//
//	//async:func
func prose() string { return "//async:func" }
