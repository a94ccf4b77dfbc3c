// Package essay holds the documents of the project to what they show. A listing in the
// package documents of lower and emit is a function of testdata/essay, or else a part of what
// the compiler makes of the function above it; a listing in README.md is a part of a file in
// this repository. There is nothing here but the test.
package essay
