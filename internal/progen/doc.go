// Package progen writes random programs whose functions await everywhere that the grammar
// allows it, and checks that each compiled function does what the plain one does.
//
// # From a seed to a verdict
//
// [Generate] makes a [Program], a package of many functions, from a seed and nothing else.
// Its bodies are trees of [Node], built by productions: one production a construct, drawn
// by weight, each with a name by which a [Config] can switch it off. The productions know
// types and scopes, but not every rule of Go; a body that go/types refuses is drawn again
// from the next seed. What remains is valid Go by construction and ends by construction:
// each loop, label and function spends fuel, see package harness.
//
// [Run] takes several programs through the whole pipeline in one temporary module. It
// writes each package twice, once with hand-made twins and once with those of the
// compiler, builds one binary and runs it package by package. Package harness, which the
// binary is linked with, explains how the two copies are compared.
//
// # From a failure to a small program
//
// [Reduce] takes a function that failed and removes from its tree whatever the failure
// does not need: functions, statements, blocks around statements, operands. A tree of text
// with holes makes that simple, since any statement can go and any expression can be
// replaced by one of its operands, or a literal, of the same type; go/types throws out what
// is not a program any more. Candidates are tried many at a time, because most of
// the time goes into go build and not into the programs.
package progen
