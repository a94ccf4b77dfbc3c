package server

import (
	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/examples/miniredis/store"
)

// Commands about the connection.
var connectionCommands = []command{
	{name: "ping", arity: -1, flags: "fast", run: ping},
	{name: "echo", arity: 2, flags: "loading stale fast", run: func(x *call) { x.out.Bulk(x.args[1]) }},
	{name: "select", arity: 2, flags: "loading stale fast", run: selectDB},
	{name: "quit", arity: -1, flags: "noscript loading stale fast no_auth allow_busy", run: quit},
	{name: "reset", arity: 1, flags: "noscript loading stale fast no_auth allow_busy", run: reset},
	{name: "hello", arity: -1, flags: "noscript loading stale fast no_auth allow_busy", run: hello},
	{name: "client", arity: -2, sub: subTable("client", []command{
		{name: "id", arity: 2, flags: "noscript loading stale", run: func(x *call) { x.out.Int(x.c.id) }},
		{name: "getname", arity: 2, flags: "noscript loading stale", run: clientGetName},
		{name: "setname", arity: 3, flags: "noscript loading stale", run: clientSetName},
		{name: "info", arity: 2, flags: "noscript loading stale", run: clientInfo},
		{name: "list", arity: -2, flags: "admin noscript loading stale", run: clientList},
		{name: "kill", arity: -3, flags: "admin noscript loading stale", run: clientKill},
		{name: "no-evict", arity: 3, flags: "admin noscript loading stale", run: clientNoEvict},
		{name: "help", arity: 2, flags: "loading stale", run: func(x *call) { x.help("CLIENT", clientHelp) }},
	})},
}

// version is the version of Redis that this is like.
const version = "7.0.15"

func ping(x *call) {
	switch {
	case len(x.args) > 2:
		x.out.Error(wrongNumber(x.cmd))
	case x.c.subscriptions() > 0 && !x.out.Three:
		x.out.List(2)
		x.out.BulkString("pong")
		if len(x.args) == 2 {
			x.out.Bulk(x.args[1])
		} else {
			x.out.BulkString("")
		}
	case len(x.args) == 2:
		x.out.Bulk(x.args[1])
	default:
		x.out.Simple("PONG")
	}
}

func selectDB(x *call) {
	n, ok := frame.ParseInt(x.args[1])
	switch {
	case !ok:
		x.out.Error(notInteger)
	case n != int64(int32(n)):
		x.out.Error("ERR value is out of range, value must between -2147483648 and 2147483647")
	case n < 0 || n >= store.Databases:
		x.out.Error("ERR DB index is out of range")
	default:
		x.c.db = int(n)
		x.ok()
	}
}

func quit(x *call) {
	x.ok()
	x.c.closing = true
}

// reset makes the client as it was when it came.
func reset(x *call) {
	x.c.tx, x.c.db, x.c.name = nil, 0, ""
	x.srv.topics.leave(x.c)
	x.out.Three = false
	x.out.Simple("RESET")
}

// hello chooses the protocol: HELLO 3 AUTH user password SETNAME name.
func hello(x *call) {
	three := x.out.Three
	if len(x.args) >= 2 {
		n, ok := frame.ParseInt(x.args[1])
		switch {
		case !ok:
			x.out.Error("ERR Protocol version is not an integer or out of range")
			return
		case n < 2 || n > 3:
			x.out.Error("NOPROTO unsupported protocol version")
			return
		}
		three = n == 3
	}
	name, named := "", false
	for i := 2; i < len(x.args); i++ {
		left := len(x.args) - 1 - i
		switch a := x.args[i]; {
		case is(a, "auth") && left >= 2:
			if string(x.args[i+1]) != "default" { // who may use any password
				x.out.Error("WRONGPASS invalid username-password pair or user is disabled.")
				return
			}
			i += 2
		case is(a, "setname") && left >= 1:
			i++
			if name, named = string(x.args[i]), true; !validName(name) {
				x.out.Error(badName)
				return
			}
		default:
			x.out.Error("ERR Syntax error in HELLO option '" + cString(a, len(a)) + "'")
			return
		}
	}
	if named {
		x.c.name = name
	}
	x.out.Three = three
	x.helloReply()
}

func (x *call) helloReply() {
	proto := int64(2)
	if x.out.Three {
		proto = 3
	}
	x.out.Map(7)
	text := func(key, v string) {
		x.out.BulkString(key)
		x.out.BulkString(v)
	}
	number := func(key string, n int64) {
		x.out.BulkString(key)
		x.out.Int(n)
	}
	text("server", "redis")
	text("version", version)
	number("proto", proto)
	number("id", x.c.id)
	text("mode", "standalone")
	text("role", "master")
	x.out.BulkString("modules")
	x.out.List(0)
}
