package loadorder

//async:func
func (q *quota) take() int {
	q.used += q.askAsync().Await() // want `q.used is read after the await`
	return q.used
}
