module github.com/asyncgen/asyncgen/examples/miniredis/compat

go 1.26.0

require (
	github.com/asyncgen/asyncgen v0.0.0
	github.com/redis/go-redis/v9 v9.7.3
)

require (
	github.com/cespare/xxhash/v2 v2.2.0 // indirect
	github.com/dgryski/go-rendezvous v0.0.0-20200823014737-9f7001d12a5f // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace github.com/asyncgen/asyncgen => ../../../
