// Package pitfalls holds 60 programs that break naive async transforms. Each comment says
// what a naive transform does and which rule of Go it breaks; testdata/out.txt holds
// what Go itself prints. The test runs every program as plain Go and as a machine, with
// awaits that are ready at once and with awaits that pend.
//
// In five programs some or all awaits stand where no machine can suspend, in a generic
// function (P45) or in a literal that is neither called on the spot nor an iterator (P33,
// P54, P55, P59). There they block, in the twin as in the plain function, and the output
// is the same.
package pitfalls

//go:generate go tool asyncgen
