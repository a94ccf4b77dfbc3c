// Package rttest is for tests of code that waits.
//
// [Run] runs a future on a simulated runtime, which replays a run from its seed, and [Seeds]
// looks for a seed that makes it fail:
//
//	//async:func
//	func transfer(a, b *account) error { … }
//
//	func TestTransfer(t *testing.T) {
//		rttest.Seeds(t, 1000, func() *transferFuture {
//			return transferAsync(newAccount(), newAccount())
//		})
//	}
//
// [Check] tests a future itself, whether it keeps to what [rt.Future] asks of its methods.
package rttest
