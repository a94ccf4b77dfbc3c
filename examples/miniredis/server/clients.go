package server

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
)

// clientHelp is what CLIENT HELP says.
const clientHelp = `GETNAME
    Return the name of the current connection.
ID
    Return the ID of the current connection.
INFO
    Return information about the current client connection.
KILL <ip:port>
    Kill connection made from <ip:port>.
KILL <option> <value> [<option> <value> [...]]
    Kill connections. Options are:
    * ADDR (<ip:port>|<unixsocket>:0)
      Kill connections made from the specified address
    * LADDR (<ip:port>|<unixsocket>:0)
      Kill connections made to specified local address
    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)
      Kill connections by type.
    * USER <username>
      Kill connections authenticated by <username>.
    * SKIPME (YES|NO)
      Skip killing current connection (default: yes).
LIST [options ...]
    Return information about client connections. Options:
    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)
      Return clients of specified type.
SETNAME <name>
    Assign the name <name> to the current connection.
NO-EVICT (ON|OFF)
    Protect current client connection from eviction.`

const badName = "ERR Client names cannot contain spaces, newlines or special characters."

// validName reports whether a client may be called so.
func validName(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool { return r < '!' || r > '~' })
}

func clientGetName(x *call) {
	if x.c.name == "" {
		x.out.Null()
	} else {
		x.out.BulkString(x.c.name)
	}
}

func clientSetName(x *call) {
	if name := string(x.args[2]); validName(name) {
		x.c.name = name
		x.ok()
	} else {
		x.out.Error(badName)
	}
}

func clientInfo(x *call) { x.out.Verbatim(x.c.describe()) }

// clientNoEvict has nothing to do: nobody is ever evicted.
func clientNoEvict(x *call) {
	if is(x.args[2], "on") || is(x.args[2], "off") {
		x.ok()
	} else {
		x.out.Error(syntaxError)
	}
}

// clientList is CLIENT LIST, with TYPE pubsub or ID 1 2 3.
func clientList(x *call) {
	ids := slices.Sorted(maps.Keys(x.srv.clients))
	wanted := func(*client) bool { return true }
	switch n := len(x.args); {
	case n == 4 && is(x.args[2], "type"):
		kind, ok := x.clientType(x.args[3])
		if !ok {
			return
		}
		wanted = func(c *client) bool { return c.kind() == kind }
	case n > 3 && is(x.args[2], "id"):
		ids = ids[:0]
		for _, a := range x.args[3:] {
			id, ok := frame.ParseInt(a)
			if !ok {
				x.out.Error("ERR Invalid client ID")
				return
			}
			ids = append(ids, id)
		}
	case n != 2:
		x.out.Error(syntaxError)
		return
	}
	var text strings.Builder
	for _, id := range ids {
		if c := x.srv.clients[id]; c != nil && wanted(c) {
			text.WriteString(c.describe())
		}
	}
	x.out.Verbatim(text.String())
}

// clientType reads the type of a client. If there is none of that name it answers with an error.
func (x *call) clientType(arg []byte) (kind string, ok bool) {
	switch kind = strings.ToLower(string(arg)); kind {
	case "normal", "pubsub", "master", "replica":
		return kind, true
	case "slave":
		return "replica", true
	}
	x.out.Error("ERR Unknown client type '" + cString(arg, len(arg)) + "'")
	return "", false
}

// kind is the type of a client.
func (c *client) kind() string {
	if c.subscriptions() > 0 {
		return "pubsub"
	}
	return "normal"
}

// clientKill is CLIENT KILL address, and CLIENT KILL ID 1 ADDR address TYPE normal SKIPME no.
func clientKill(x *call) {
	if len(x.args) == 3 {
		addr := string(x.args[2])
		if x.kill(func(c *client) bool { return c.addr() == addr }) == 0 {
			x.out.Error("ERR No such client")
		} else {
			x.ok()
		}
		return
	}
	wanted, ok := x.killFilter()
	if ok {
		x.out.Int(int64(x.kill(wanted)))
	}
}

// killFilter reads the options of CLIENT KILL. If they are wrong it answers with an error.
func (x *call) killFilter() (wanted func(c *client) bool, ok bool) {
	id, kind, addr, laddr, skipMe := int64(0), "", "", "", true
	for i := 2; i < len(x.args); i += 2 {
		option := x.args[i]
		if i+1 == len(x.args) {
			x.out.Error(syntaxError)
			return nil, false
		}
		switch value := x.args[i+1]; {
		case is(option, "id"):
			if id, ok = frame.ParseInt(value); !ok || id < 1 {
				x.out.Error("ERR client-id should be greater than 0")
				return nil, false
			}
		case is(option, "type"):
			if kind, ok = x.clientType(value); !ok {
				return nil, false
			}
		case is(option, "addr"):
			addr = string(value)
		case is(option, "laddr"):
			laddr = string(value)
		case is(option, "user"):
			if string(value) != "default" { // who is everybody
				x.out.Error("ERR No such user '" + cString(value, len(value)) + "'")
				return nil, false
			}
		case is(option, "skipme") && (is(value, "yes") || is(value, "no")):
			skipMe = is(value, "yes")
		default:
			x.out.Error(syntaxError)
			return nil, false
		}
	}
	return func(c *client) bool {
		return (id == 0 || c.id == id) && (kind == "" || c.kind() == kind) && (addr == "" || c.addr() == addr) &&
			(laddr == "" || c.laddr() == laddr) && !(skipMe && c == x.c)
	}, true
}

// kill ends connections. That of the client who asks ends when the reply is written.
func (x *call) kill(wanted func(c *client) bool) (n int) {
	for _, c := range x.srv.clients {
		if c.closing || !wanted(c) {
			continue
		}
		n++
		c.closing = true
		if c != x.c {
			c.out.Bytes = nil
			c.conn.Close() // what waits for it fails
		}
	}
	return n
}

// describe is the line of a client in CLIENT LIST.
func (c *client) describe() string {
	flags, multi, proto := "N", -1, 2
	if c.subscriptions() > 0 {
		flags = "P"
	}
	if c.tx != nil {
		flags, multi = "x", len(c.tx.queue)
	}
	if c.out.Three {
		proto = 3
	}
	return fmt.Sprintf("id=%d addr=%s laddr=%s name=%s age=%d flags=%s db=%d sub=%d psub=%d multi=%d cmd=%s resp=%d\n",
		c.id, c.addr(), c.laddr(), c.name, int(time.Since(c.begun).Seconds()), flags, c.db,
		len(c.channels), len(c.patterns), multi, cmp.Or(c.last, "NULL"), proto)
}

// addr is the address of the client, "" if its connection has none.
func (c *client) addr() string {
	if n, ok := c.conn.(interface{ RemoteAddr() net.Addr }); ok {
		return n.RemoteAddr().String()
	}
	return ""
}

// laddr is the address that it has connected to.
func (c *client) laddr() string {
	if n, ok := c.conn.(interface{ LocalAddr() net.Addr }); ok {
		return n.LocalAddr().String()
	}
	return ""
}
