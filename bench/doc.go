/*
Bench measures what machines cost, and compares it with what one would write instead:

	cd bench && go run .

prints one table: the work, our figure, that of the peer, and the ratio of the two, which is
what holds still. Each row is a figure of one of the benchmarks, which take turns, each in a process
of its own, as often as -runs says; the table has medians, and the range of the ratios. The
benchmarks can be run without it, and report more than fits into the table:

	cd bench && go test -bench .

Each benchmark runs its sides in turn, a fraction of a millisecond each, and reports medians:
the time of one operation of each side, and ratios as x/y. The sides of one round share
whatever else the machine does at that moment, so the ratios hold still where times do not.
An iteration of a benchmark is a round of all sides, and says nothing by itself. Nothing fails
because it is slow: judging is left to the reader, with the figures to expect in
docs/performance.md of the main module.

To look closer at one side, run it alone:

	go test -bench Loop/struct -side twin -cpuprofile cpu.prof

The functions that are measured are in the files beside the benchmarks, with what asyncgen
makes of them. The directory is a module of its own so that a comparison may bring
dependencies along that the compiler and the runtime do not have.
*/
package main
