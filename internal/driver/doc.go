// Package driver is one run of the command: it joins the phases of the compiler
//
//	parse.Load → lower.Package → emit.File
//
// and decides what happens to the result. The rule that everything here serves is that a run
// is all or nothing: as long as any phase has reported anything, in whatever package, no
// file is touched. Files are first written in full beside their targets and only then
// renamed, and a file whose bytes stay the same is not written at all, so that build caches
// and modification times stay as they are.
package driver
