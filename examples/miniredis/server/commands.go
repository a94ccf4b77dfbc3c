package server

import (
	"maps"
	"slices"
	"strings"
)

// Commands about the server and its clients.
var serverCommands = []command{
	{name: "info", arity: -1, flags: "loading stale", dangerous: true, run: info},
	{name: "command", arity: -1, flags: "loading stale", run: commandAll, sub: subTable("command", []command{
		{name: "count", arity: 2, flags: "loading stale", run: func(x *call) { x.out.Int(int64(len(commands))) }},
		{name: "info", arity: -2, flags: "loading stale", run: commandInfo},
		{name: "list", arity: -2, flags: "loading stale", run: commandList},
		{name: "getkeys", arity: -4, flags: "loading stale", run: commandKeys},
		{name: "help", arity: 2, flags: "loading stale", run: func(x *call) { x.help("COMMAND", commandHelp) }},
		{name: "docs", arity: -2, flags: "loading stale", run: func(x *call) { x.out.Map(0) }},
	})},
}

// commands are all commands by name.
var commands map[string]*command

func init() {
	commands = make(map[string]*command)
	for _, t := range []struct {
		group string
		list  []command
	}{
		{"connection", connectionCommands}, {"", serverCommands}, {"string", stringCommands},
		{"keyspace", keyCommands}, {"list", listCommands}, {"hash", hashCommands}, {"set", setCommands},
		{"sortedset", sortedCommands}, {"", pubsubCommands}, {"transaction", transactionCommands},
	} {
		for i := range t.list {
			cmd := &t.list[i]
			cmd.group = t.group
			commands[cmd.name] = cmd
		}
	}
	commands["client"].group, commands["command"].group = "", "connection"
}

// subTable makes a table of the commands inside another one.
func subTable(around string, list []command) map[string]*command {
	table := make(map[string]*command)
	for i := range list {
		table[list[i].name] = &list[i]
		list[i].name = around + "|" + list[i].name
		list[i].group = "connection" // whatever the one around is about
	}
	return table
}

// commandHelp is what COMMAND HELP says.
const commandHelp = `(no subcommand)
    Return details about all Redis commands.
COUNT
    Return the total number of commands in this Redis server.
LIST
    Return a list of all commands in this Redis server.
INFO [<command-name> ...]
    Return details about multiple Redis commands.
    If no command names are given, documentation details for all
    commands are returned.
GETKEYS <full-command>
    Return the keys from a full Redis command.`

// help lists the subcommands of a command.
func (x *call) help(name, text string) {
	all := append([]string{name + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"}, strings.Split(text, "\n")...)
	all = append(all, "HELP", "    Prints this help.")
	x.out.List(len(all))
	for _, line := range all {
		x.out.Simple(line)
	}
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
			x.out.Null()
		} else {
			x.describe(cmd)
		}
	}
}

// commandList lists the names: COMMAND LIST FILTERBY PATTERN get*.
func commandList(x *call) {
	wanted := func(*command) bool { return true }
	if len(x.args) != 2 {
		if len(x.args) != 5 || !is(x.args[2], "filterby") {
			x.out.Error(syntaxError)
			return
		}
		switch by, arg := x.args[3], x.args[4]; {
		case is(by, "pattern"):
			wanted = func(cmd *command) bool { return match(arg, cmd.name) }
		case is(by, "aclcat"):
			wanted = func(cmd *command) bool { return slices.Contains(cmd.categories(), strings.ToLower(string(arg))) }
		case is(by, "module"):
			wanted = func(*command) bool { return false }
		default:
			x.out.Error(syntaxError)
			return
		}
	}
	var names []string
	add := func(table map[string]*command) {
		for _, cmd := range table {
			if wanted(cmd) {
				names = append(names, cmd.name)
			}
		}
	}
	add(commands)
	for _, cmd := range commands {
		add(cmd.sub)
	}
	slices.Sort(names)
	x.list(names)
}

// commandKeys tells which arguments of a command are keys.
func commandKeys(x *call) {
	args := x.args[2:]
	cmd := lookup(args)
	switch {
	case cmd == nil:
		x.out.Error("ERR Invalid command specified")
	case cmd.first == 0:
		x.out.Error("ERR The command has no key arguments")
	case !cmd.takes(len(args)):
		x.out.Error("ERR Invalid number of arguments specified for command")
	default:
		last := cmd.last
		if last < 0 {
			last += len(args)
		}
		var keys []string
		for i := cmd.first; i <= last; i += cmd.step {
			keys = append(keys, string(args[i]))
		}
		x.list(keys)
	}
}

// takes reports whether the command may have that many arguments, its name included.
func (cmd *command) takes(n int) bool {
	if cmd.arity < 0 {
		return n >= -cmd.arity
	}
	return n == cmd.arity
}

// describe tells about a command. The lists of tips and of specifications of keys, which clients do
// without, are empty.
func (x *call) describe(cmd *command) {
	x.out.List(10)
	x.out.BulkString(cmd.name)
	x.out.Int(int64(cmd.arity))
	x.words("", strings.Fields(cmd.flags))
	x.out.Int(int64(cmd.first))
	x.out.Int(int64(cmd.last))
	x.out.Int(int64(cmd.step))
	x.words("@", cmd.categories())
	x.out.Set(0)
	x.out.Set(0)
	x.out.List(len(cmd.sub))
	for _, name := range slices.Sorted(maps.Keys(cmd.sub)) {
		x.describe(cmd.sub[name])
	}
}

// words adds a set of words.
func (x *call) words(prefix string, list []string) {
	x.out.Set(len(list))
	for _, word := range list {
		x.out.Simple(prefix + word)
	}
}

// categories are those of Redis, in its order. Most follow from the flags and from what the command is
// about.
func (cmd *command) categories() (list []string) {
	flags := strings.Fields(cmd.flags)
	has := func(flag string) bool { return slices.Contains(flags, flag) }
	for _, c := range []struct {
		name string
		in   bool
	}{
		{"keyspace", cmd.group == "keyspace"}, {"read", has("readonly")}, {"write", has("write")},
		{"set", cmd.group == "set"}, {"sortedset", cmd.group == "sortedset"}, {"list", cmd.group == "list"},
		{"hash", cmd.group == "hash"}, {"string", cmd.group == "string"}, {"pubsub", has("pubsub")},
		{"admin", has("admin")}, {"fast", has("fast")}, {"slow", !has("fast")},
		{"dangerous", has("admin") || cmd.dangerous}, {"connection", cmd.group == "connection"},
		{"transaction", cmd.group == "transaction"},
	} {
		if c.in {
			list = append(list, c.name)
		}
	}
	return list
}
