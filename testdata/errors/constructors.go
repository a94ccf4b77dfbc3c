package errors

type future struct{ n int }

//async:new
func good() *future { return &future{} }

//async:new
func alsoGood(n int) *future {
	_ = func() *future { return nil }
	if n > 0 {
		return (&future{n})
	}
	return &future{}
}

//async:new x // want `//async:new: unknown option "x": known is children`
func option() *future { return &future{} }

//async:new
func variable() *future {
	f := &future{}
	return f // want `every return of variable must have the form return &T{…}`
}

//async:new
func bare() (f *future) {
	return // want `every return of bare must have the form`
}

//async:new // want `value must have a body and one result, a pointer to the future`
func value() future { return future{} }

//async:new // want `nothing must have a body and one result`
func nothing() {}
