package main

// steps suspends n times. Each poll of its machine resumes at the await, goes once round
// the loop and suspends there again.
//
//async:func
func steps(n int) int {
	sum := 0
	for i := range n {
		sum += after(i).Await()
	}
	return sum
}

// sequence hands out the numbers below n, as steps does with its values, in the form that
// iter.Pull takes apart.
func sequence(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// descend is steps under depth frames of one function. A recursive child cannot be part of
// its own frame, so each level stands behind a pointer.
//
//async:func
func descend(depth, n int) int {
	if depth > 0 {
		return descendAsync(depth-1, n).Await()
	}
	return stepsAsync(n).Await()
}
