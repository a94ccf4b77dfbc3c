//go:build !asyncgen_portable

package anet_test

// portable: what is tested works by way of package net, and differs in small ways.
const portable = false
