package main

// knownReasons says why a program cannot do as a twin what it does as it stands. None of
// the reasons is a bug of the compiler.
var knownReasons = map[string]string{}
