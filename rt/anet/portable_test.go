//go:build asyncgen_portable

package anet_test

// portable: what is tested works by way of package net, and differs in small ways: it keeps
// addresses, needs memory, and gives descriptors back when a goroutine has ended.
const portable = true
