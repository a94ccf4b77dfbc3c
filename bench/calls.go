package main

//go:generate go tool asyncgen

// plus is the plain call that an await is compared with. Inlined, it would be no call.
//
//go:noinline
func plus(a, b int) int { return a + b }

// sumCalls calls plus n times.
func sumCalls(n int) (sum int) {
	for i := range n {
		sum += plus(i, 3)
	}
	return sum
}

// add is plus as a machine, which is ready at its first poll.
//
//async:func
func add(a, b int) int { return a + b }

// sumAwaits is sumCalls with awaits. The child is stored in the frame by value, and none of
// the awaits suspends.
//
//async:func
func sumAwaits(n int) int {
	sum := 0
	for i := range n {
		sum += addAsync(i, 3).Await()
	}
	return sum
}

// addError is add with an error, which makes the result of a poll two words longer.
//
//async:func
func addError(a, b int) (int, error) { return a + b, nil }

// sumChecked is sumAwaits as code looks that checks for errors.
//
//async:func
func sumChecked(n int) (int, error) {
	sum := 0
	for i := range n {
		v, err := addErrorAsync(i, 3).Await()
		if err != nil {
			return 0, err
		}
		sum += v
	}
	return sum, nil
}
