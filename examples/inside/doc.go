// Package inside shows what async functions are made of, in small pieces, the smallest first: each
// file is one, and its test shows it at work. README.md has the order to read them in.
//
// All of it is written against package rt's Future, Context and Waker alone. The executor and
// the blocking call are those of a beginner, a page each; what package rt does better is told
// in its own documentation.
package inside

//go:generate go tool asyncgen
