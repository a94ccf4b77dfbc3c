package errors

import "testing"

//async:func // want `go test would take TestFetchAsync for a test of its own: name the twin with //async:func as=Name`
func TestFetch(t *testing.T) {}

//async:func // want `go test would take ExampleAsync`
func Example() {}

//async:func as=TestAgain // want `go test would take TestAgain`
func helper() {}

//async:func as=fetchTest
func TestNamed(t *testing.T) {}

//async:func
func Testing() {}
