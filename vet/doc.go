// Package vet finds mistakes in code that uses futures, which compile and are not what was
// meant: it holds the analyzers of the command asyncgen vet. They are ordinary analyzers of
// golang.org/x/tools/go/analysis, so other drivers can run them too.
//
// Each file has one analyzer, whose Doc says what it finds, with an example and what to do.
// They agree with the compiler on what an await, a future and an annotated function is,
// because they ask the same functions of package parse. Three more things are common to them.
//
// # What is a part of an annotated function
//
// The body, and the literals in it that are called on the spot, deferred, or handed to the
// runtime to become machines of their own. Any other literal is a value. It may run on a goroutine of
// its own, where blocking is fine, so only an await in one is reported, because that looks
// like an await of the function and is none.
//
// # What blocks
//
// An operation blocks if it may wait for somebody else: a channel, a wait group, the
// network. So does a call of a function that does such a thing itself, in this package or in another
// one; the latter is known from facts that are left when that package is analyzed. Taking a lock
// blocks where an annotated function does it, but a plain function that takes a lock for a
// moment does not count as blocking: that is the right way to use one.
//
// # What is not looked at
//
// Files that asyncgen has generated, and calls through function values and interfaces of
// which nothing is known.
package vet
