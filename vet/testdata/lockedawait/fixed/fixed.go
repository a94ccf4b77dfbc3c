// Package fixed holds a lock for a moment.
package fixed

import (
	"sync"

	"github.com/asyncgen/asyncgen/rt"
)

type cache struct {
	mu      sync.Mutex
	entries map[string]int
}

//async:func
func fetch(key string) int {
	rt.Yield().Await()
	return len(key)
}

//async:func
func (c *cache) load(key string) {
	c.set(key, fetchAsync(key).Await())
}

func (c *cache) set(key string, v int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries[key] = v
}
