package errors

//async:func
func open() {
	if { // want `missing condition in if statement`
	}
}
