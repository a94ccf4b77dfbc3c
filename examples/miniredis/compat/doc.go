// Package compat tests the server with a client that knows nothing of it: go-redis, as it is. It is
// a module of its own, so that nobody else depends on that.
package compat
