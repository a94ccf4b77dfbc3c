package vet

import (
	"go/types"
	"slices"
	"strings"
)

// waiting names the functions of the standard library that wait for something that others
// do: packages first, then functions, and methods after the types that have them. A name
// that ends in * stands for all with this beginning. What reads and writes files is not
// among them: a disk answers by itself, and soon.
var waiting = map[string]map[string]string{
	"time": {"": "Sleep"},
	"sync": {"WaitGroup": "Wait", "Cond": "Wait"},
	"net": {
		"":         "Dial* Lookup*",
		"Dialer":   "Dial*",
		"Resolver": "Lookup*",
		"Conn":     "Read Write", "conn": "Read Write", "PacketConn": "ReadFrom WriteTo",
		"TCPConn": "Read* Write*", "UDPConn": "Read* Write*", "UnixConn": "Read* Write*", "IPConn": "Read* Write*",
		"Buffers":  "WriteTo",
		"Listener": "Accept", "TCPListener": "Accept*", "UnixListener": "Accept*",
	},
	"net/http": {
		"":             "Get Head Post PostForm ListenAndServe* Serve ServeTLS",
		"Client":       "Get Head Post PostForm Do",
		"Server":       "ListenAndServe* Serve ServeTLS Shutdown",
		"RoundTripper": "RoundTrip", "Transport": "RoundTrip",
	},
	"net/rpc":  {"": "Dial* Accept ServeConn", "Client": "Call", "Server": "Accept ServeConn"},
	"net/smtp": {"": "Dial SendMail"},
	"crypto/tls": {
		"":       "Dial*",
		"Dialer": "Dial*",
		"Conn":   "Read Write Handshake*",
	},
	"database/sql": {
		"DB":   "Begin* Conn Exec* Ping* Prepare* Query*",
		"Conn": "BeginTx ExecContext PingContext PrepareContext QueryContext QueryRowContext",
		"Tx":   "Commit Rollback Exec* Prepare* Query*",
		"Stmt": "Exec* Query*",
		"Rows": "Next",
	},
	"os":      {"Process": "Wait"},
	"os/exec": {"Cmd": "Run Output CombinedOutput Wait"},
}

// locking names the methods of package sync that take a lock.
var locking = map[string]string{"Mutex": "Lock", "RWMutex": "Lock RLock", "Locker": "Lock"}

// standardWait gives the name of a function, as users write it, if it is one of the
// standard library that waits; lock says that it takes a lock.
func standardWait(fn *types.Func) (name string, lock bool) {
	if fn == nil || fn.Pkg() == nil {
		return "", false
	}
	typ := ""
	if recv := receiver(fn); recv != nil {
		typ = recv.Name()
	} else if fn.Signature().Recv() != nil {
		return "", false
	}
	path := fn.Pkg().Path()
	lock = path == "sync" && matches(locking[typ], fn.Name())
	if !lock && !matches(waiting[path][typ], fn.Name()) {
		return "", false
	}
	name = fn.Pkg().Name() + "."
	if typ != "" {
		name += typ + "."
	}
	return name + fn.Name(), lock
}

// matches reports whether a list of names has name.
func matches(list, name string) bool {
	return slices.ContainsFunc(strings.Fields(list), func(pattern string) bool {
		prefix, ok := strings.CutSuffix(pattern, "*")
		return pattern == name || ok && strings.HasPrefix(name, prefix)
	})
}
