package server

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Commands about the server and its clients.
var serverCommands = []command{
	{name: "info", arity: -1, flags: "loading stale", run: info},
	{name: "command", arity: -1, flags: "loading stale", run: commandAll, sub: subTable("command", []command{
		{name: "count", arity: 2, flags: "loading stale", run: func(x *call) { x.out.Int(int64(len(commands))) }},
		{name: "info", arity: -2, flags: "loading stale", run: commandInfo},
		{name: "list", arity: -2, flags: "loading stale", run: commandList},
		{name: "docs", arity: -2, flags: "loading stale", run: func(x *call) { x.out.Map(0) }},
	})},
}

// commands are all commands by name.
var commands map[string]*command

func init() {
	commands = make(map[string]*command)
	for _, table := range [][]command{
		connectionCommands, serverCommands, stringCommands, keyCommands, listCommands,
		hashCommands, sortedCommands, pubsubCommands, transactionCommands,
	} {
		for i := range table {
			commands[table[i].name] = &table[i]
		}
	}
}

// subTable makes a table of the commands inside another one.
func subTable(around string, list []command) map[string]*command {
	table := make(map[string]*command)
	for i := range list {
		table[list[i].name] = &list[i]
		list[i].name = around + "|" + list[i].name
	}
	return table
}

func commandAll(x *call) {
	x.out.List(len(commands))
	for _, name := range slices.Sorted(maps.Keys(commands)) {
		x.describe(commands[name])
	}
}

func commandInfo(x *call) {
	if len(x.args) == 2 {
		commandAll(x)
		return
	}
	x.out.List(len(x.args) - 2)
	for _, name := range x.args[2:] {
		outer, inner, nested := strings.Cut(string(name), "|")
		cmd := find(commands, []byte(outer))
		if cmd != nil && nested {
			cmd = find(cmd.sub, []byte(inner))
		}
		if cmd == nil {
			x.out.NullList()
		} else {
			x.describe(cmd)
		}
	}
}

func commandList(x *call) { x.list(slices.Sorted(maps.Keys(commands))) }

// describe tells about a command. The lists of categories, tips and specifications of keys, which
// clients do without, are empty.
func (x *call) describe(cmd *command) {
	x.out.List(10)
	x.out.BulkString(cmd.name)
	x.out.Int(int64(cmd.arity))
	flags := strings.Fields(cmd.flags)
	x.out.Set(len(flags))
	for _, f := range flags {
		x.out.Simple(f)
	}
	x.out.Int(int64(cmd.first))
	x.out.Int(int64(cmd.last))
	x.out.Int(int64(cmd.step))
	x.out.Set(0)
	x.out.Set(0)
	x.out.Set(0)
	x.out.List(len(cmd.sub))
	for _, name := range slices.Sorted(maps.Keys(cmd.sub)) {
		x.describe(cmd.sub[name])
	}
}

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

func clientList(x *call) {
	if len(x.args) > 2 {
		x.out.Error(syntaxError)
		return
	}
	var text strings.Builder
	for _, id := range slices.Sorted(maps.Keys(x.srv.clients)) {
		text.WriteString(x.srv.clients[id].describe())
	}
	x.out.Verbatim(text.String())
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
	addr, laddr := "", ""
	if n, ok := c.conn.(interface {
		RemoteAddr() net.Addr
		LocalAddr() net.Addr
	}); ok {
		addr, laddr = n.RemoteAddr().String(), n.LocalAddr().String()
	}
	return fmt.Sprintf("id=%d addr=%s laddr=%s name=%s age=%d flags=%s db=%d sub=%d psub=%d multi=%d cmd=%s resp=%d\n",
		c.id, addr, laddr, c.name, int(time.Since(c.begun).Seconds()), flags, c.db,
		len(c.channels), len(c.patterns), multi, cmp.Or(c.last, "NULL"), proto)
}

// infoSections are what INFO tells, in this order.
var infoSections = []struct {
	name string
	text func(s *Server) string
}{
	{"Server", func(s *Server) string {
		port := ""
		if s.listener != nil {
			_, port, _ = strings.Cut(s.listener.Addr().String(), "]:")
			if port == "" {
				_, port, _ = strings.Cut(s.listener.Addr().String(), ":")
			}
		}
		return lines("redis_version:"+version, "redis_mode:standalone", "os:"+runtime.GOOS+" "+runtime.GOARCH,
			fmt.Sprintf("process_id:%d", os.Getpid()), "tcp_port:"+port,
			fmt.Sprintf("uptime_in_seconds:%d", int(time.Since(s.begun).Seconds())))
	}},
	{"Clients", func(s *Server) string {
		return lines(fmt.Sprintf("connected_clients:%d", len(s.clients)), fmt.Sprintf("maxclients:%d", s.options.MaxClients))
	}},
	{"Stats", func(s *Server) string {
		return lines(fmt.Sprintf("total_connections_received:%d", s.stats.connections),
			fmt.Sprintf("total_commands_processed:%d", s.stats.commands),
			fmt.Sprintf("rejected_connections:%d", s.stats.rejected),
			fmt.Sprintf("expired_keys:%d", s.stats.expired),
			fmt.Sprintf("client_output_buffer_limit_disconnections:%d", s.stats.cutOff),
			fmt.Sprintf("pubsub_channels:%d", len(s.topics.channels)),
			fmt.Sprintf("pubsub_patterns:%d", len(s.topics.patterns)))
	}},
	{"Keyspace", func(s *Server) (text string) {
		for i := range s.store.DBs {
			if db := &s.store.DBs[i]; db.Len() > 0 {
				text += lines(fmt.Sprintf("db%d:keys=%d,expires=%d,avg_ttl=0", i, db.Len(), db.Ending()))
			}
		}
		return text
	}},
}

func lines(all ...string) string { return strings.Join(all, "\r\n") + "\r\n" }

func info(x *call) {
	wanted := func(section string) bool {
		return len(x.args) == 1 || slices.ContainsFunc(x.args[1:], func(a []byte) bool {
			return is(a, strings.ToLower(section)) || is(a, "all") || is(a, "default") || is(a, "everything")
		})
	}
	var parts []string
	for _, section := range infoSections {
		if wanted(section.name) {
			parts = append(parts, "# "+section.name+"\r\n"+section.text(x.srv))
		}
	}
	x.out.Verbatim(strings.Join(parts, "\r\n"))
}
