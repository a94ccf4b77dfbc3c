// Package layers holds the test that keeps the packages of the module in their order: data
// flows from parse through lower to emit, the runtime knows nothing of the compiler, and
// only the packages that are made for it touch a dependency.
package layers
