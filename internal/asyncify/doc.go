// Package asyncify turns programs that know nothing of asyncgen into asynchronous ones, so
// that tests which others wrote for others can judge the compiler. Every function of a
// package gets a directive, and of
//
//	func (t *tree) insert(k string) *node { … t.root().add(k) … }
//
// becomes
//
//	//async:func as=twin7_insert
//	func (t *tree) plain7_insert(k string) *node { pause; … t.twin3_root().Await().twin5_add(k).Await() … }
//
//	func (t *tree) insert(p0 string) *node { return t.twin7_insert(p0).Await() }
//
// A static call of such a function awaits the twin. Whoever calls by the old name, which is
// everybody else (tests, interfaces, function values, other packages), runs the machine and
// waits for it. So no body runs as a plain function any more, and a test of the old package
// passes only if the machines do what the functions did.
//
// A function that calls recover itself must be deferred directly to mean anything, and a
// machine is not. It keeps its name and its body; its twin serves static calls. What becomes
// of functions that return iterators is said at the type iterator, and of literals at the
// method literal.
package asyncify
