package main

// drained takes what the deferred calls find.
var drained int

// stepsDeferring is steps with a deferred call: each poll has to be ready for a panic.
//
//async:func
func stepsDeferring(n int) (sum int) {
	defer func() { drained += sum }()
	for i := range n {
		sum += after(i).Await()
	}
	return sum
}

// stepsDeferringAwait is steps with a deferred call that awaits.
//
//async:func
func stepsDeferringAwait(n int) (sum int) {
	defer func() { drained += sum + after(1).Await() }()
	for i := range n {
		sum += after(i).Await()
	}
	return sum
}
