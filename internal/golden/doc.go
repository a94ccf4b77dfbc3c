// Package golden compiles the cases of testdata/golden and holds the compiler to what is
// recorded there. A case is one txtar file about one construct of the language:
//
//	prose that says what the case is about
//	-- input.go --
//	at most a screen of annotated Go; further .go files and folders may follow
//	-- ir --
//	the machines after the last pass of the compiler's middle
//	-- input_async.go --
//	the generated file
//	-- frames --
//	the sizes of the machines, and what has to be in them
//	-- output --
//	what the plain functions do
//
// All cases become packages of one temporary module, which is loaded, compiled and built
// in one go. Recorded text does not prove that a machine works, so every test run executes
// the cases: each annotated function without receiver and parameters is a program, which
// package twin runs in both forms, under forced suspension and under cancellation. A generic
// function is one program for each type that its constraint lists. What the plain function
// did is the output.
//
// With -update, the test records a case anew, but only if it was built and its twins
// behave as the plain functions do. On a tree that passes, -update changes nothing.
package golden
