// Package harness is what randomly generated programs link against: futures that suspend
// as often as they are told to, a trace of everything that happens, and a runner that
// puts a plain function beside its twin.
//
// # The oracle
//
// Each generated package exists twice. In the first copy the twins are written by hand in
// the simplest way there is: FAsync(a) stores a, and its Await calls F(a). Nothing of the
// compiler or of the executor takes part in that copy, so what its plain functions do is
// what Go does. In the second copy the twins come from the compiler. The runner executes a
// function of the first copy, then the same one of the second copy in several ways, and
// every way has to give the same [Outcome]: the same events in the same order, the same
// results or panic, the same state of arguments and package variables afterwards.
//
//	ready    every future is ready at its first poll
//	pending  every future pends one to three times, counts drawn from a seed
//	spurious the same, with polls in between that nobody asked for
//	blocking the twin awaited by plain code, which blocks
//	cancel   the machine is cancelled while its n-th await pends
//
// A generator is compared with iter.Pull of its plain form, element by element, and so is a
// stream, in all of these ways.
//
// # Cancel
//
// Cancelling a machine means runtime.Goexit at the await on which it stands. So the oracle
// for a cancel at the n-th await is the plain function, whose n-th await calls
// runtime.Goexit instead of completing: its deferred calls run natively, and whatever
// they do is what the cancelled machine has to do.
//
// # Termination
//
// Every loop body, jump target and function calls [Tick], which spends fuel. A program
// without fuel ends its goroutine; functions whose plain form runs out of it are counted as
// skipped, not compared.
//
// The package keeps its state in package variables. One function runs at a time, on a
// goroutine that the runner waits for, so nothing here is locked.
package harness
