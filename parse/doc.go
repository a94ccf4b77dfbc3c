// Package parse finds the annotated functions of packages and what the later phases must
// know about them: which calls are awaits, and what happens to each variable. Its result,
// a [Func] for each function, is plain data that refers to the typed syntax tree. Nobody
// changes the tree, and nobody changes the result once [Load] has returned.
//
// # Loading
//
// Three things happen in order, from cheap to expensive, and most packages of a run only
// see the first.
//
//   - scan reads the .go files of the folders that the patterns name and looks for the text
//     //async: in them. Files that have it are parsed. A folder without directives ends
//     here: it is neither listed nor type-checked.
//   - list runs the go command, once, for what remains. It knows the files that build
//     constraints leave, the imports and the module, and it compiles the dependencies,
//     whose types then come from export data.
//   - check parses the files of each package and type-checks them. Only the export data of
//     packages that are imported directly is read.
//
// Test variants are only asked for where test files have directives. Then the variant takes
// the package's place, so that no file is seen twice, and the external test package
// follows. A variant lives in a [universe] of its own, in which the path of the package means
// the variant.
//
// # Stubs
//
// A package that uses its own twins does not type-check before they are generated, and what
// an earlier run has generated may be stale, damaged or gone. So old output is never
// looked at. In its place, every source file with directives is given a longer text, in
// memory, that declares its twins itself:
//
//	package fetch; import asyncgen_rt "github.com/asyncgen/asyncgen/rt" /*line :3:14*/
//	…
//	//async:new
//	func FetchAsync(addr string) *FetchFuture { for {} }
//	type FetchFuture struct { asyncgen_rt.Pin }
//	func (*FetchFuture) Poll(*asyncgen_rt.Context) asyncgen_rt.Poll[[]byte] { for {} }
//	func (*FetchFuture) Await() (reply []byte, err error) { for {} }
//	func (*FetchFuture) Cancel() { for {} }
//
// The stubs stand in the file itself because there the file's imports serve their
// signatures, whose text is copied. They stand at its end, and the import on the line of
// the package clause, so that every line keeps its number. This text, not that on disk, is
// what [File.Source] holds, since offsets are offsets in it. Generated files are hidden
// from the go command by a build constraint. Dependencies get stubs as well, if their module
// is one that its user works on; those in the module cache come with their output.
//
// A generic twin has the type parameters of its function. For a method they are those of the
// receiver's type, with the constraints of its declaration, which may stand in another
// file: then what these mention is imported under names of its own.
//
// Whether a last result is an error has to be decided by its spelling here. Where types
// say otherwise later, that is an error. So is a name of a twin that is taken, which is
// found out on syntax, since the type checker would blame the stub.
//
// # Recognition
//
// An await is recognised by types alone: a call of Await on something that has the method
// Poll(*rt.Context) rt.Poll[T], or of the function rt.Await. [Await] says how its results
// come out of a Poll[T]. If the operand is a call of a constructor, nobody else has the
// address of the future, so the machine may keep the future inside itself: that is
// [Await.Fresh]. Constructors carry the mark //async:new in their source, which is read for
// the purpose, because export data has no comments. With the option children, as combinators
// have it, constructors say that the futures they are handed belong to the one that they make:
// where these are fresh themselves they are [Await.Children].
//
// Another mark, //async:in, is on methods that wake others. They have one beside them that is called in a
// poll, and takes its context: [Func.InPoll].
//
// What a function literal means for the awaits in it depends on when it runs:
//
//	func() { x.Await() }()         is a Func of its own, and its call an await
//	defer func() { x.Await() }()   is a Func of its own, awaited when the function ends
//	go func() { x.Await() }()      blocks the new goroutine, as in plain Go
//	f := func() { x.Await() }      blocks whoever calls f
//	rt.Async(func() … { … })       is a Func of its own, a closure: a machine for whoever
//	rt.AsyncErr(func() … { … })    polls it
//	group.Go(func() … { … })
//
// In a generator and in a stream a call of the literal's parameter is an await too, one
// with [Await.Yield]. A range statement over a call of such a function is noted as a [Loop].
//
// The same roles decide what a reference from a literal to a variable means for the
// variable; see [Var].
package parse
