package errors

//async:func // want `external has no body to compile`
func external()

//async:func // want `a function called _ cannot be called`
func _() {}

//async:func // want `init cannot be called`
func init() {}

type otherError = error

//async:func
func aliased() (n int, err otherError) { return } // want `the last result of aliased is an error under another name: write error`
