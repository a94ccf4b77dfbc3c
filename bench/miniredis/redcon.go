//go:build linux

package main

import (
	"strings"
	"sync"

	"github.com/tidwall/redcon"
)

// serveRedcon is the example of redcon's README, less the commands that are not measured: a map
// under a lock, and a goroutine for each connection. (The module has no program that could be
// built.)
func serveRedcon(addr string) error {
	var mu sync.RWMutex
	items := make(map[string][]byte)
	return redcon.ListenAndServe(addr, func(conn redcon.Conn, cmd redcon.Command) {
		wrong := func() {
			conn.WriteError("ERR wrong number of arguments for '" + string(cmd.Args[0]) + "' command")
		}
		switch strings.ToLower(string(cmd.Args[0])) {
		default:
			conn.WriteError("ERR unknown command '" + string(cmd.Args[0]) + "'")
		case "ping":
			conn.WriteString("PONG")
		case "set":
			if len(cmd.Args) != 3 {
				wrong()
				return
			}
			mu.Lock()
			items[string(cmd.Args[1])] = cmd.Args[2]
			mu.Unlock()
			conn.WriteString("OK")
		case "get":
			if len(cmd.Args) != 2 {
				wrong()
				return
			}
			mu.RLock()
			v, ok := items[string(cmd.Args[1])]
			mu.RUnlock()
			if ok {
				conn.WriteBulk(v)
			} else {
				conn.WriteNull()
			}
		}
	}, nil, nil)
}
