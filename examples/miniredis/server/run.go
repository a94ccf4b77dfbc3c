package server

import (
	"fmt"
	"strings"
	"time"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/examples/miniredis/store"
)

// A call is a command that is being executed. The lock of the server is held.
type call struct {
	srv  *Server
	c    *client
	db   *store.DB
	out  *frame.Buffer
	now  int64
	cmd  *command
	args [][]byte // the name of the command first; valid during the call only
}

// A command is an entry in the tables, which are where the commands are.
type command struct {
	name  string // with that of the command around it, if there is one: "client|id"
	arity int    // how many arguments, the name included; negative: at least
	flags string // as COMMAND tells them
	// first, last and step say which arguments are keys.
	first, last, step int
	run               func(x *call)
	sub               map[string]*command // by name, if it has any
	group             string              // what it is about
	dangerous         bool                // one of the commands that Redis calls so, besides those for administrators
}

// What a client does next.
type next int

const (
	waitForInput    next = iota
	waitForMessages      // or for input
	goOn                 // there are more commands
	end                  // it is over
)

// batchSize is how many bytes of replies are collected before they are written.
const batchSize = 256 << 10

// run executes the commands that were read, and returns what is to be written, which is to be
// given back, and how to go on.
//
// It holds the lock for all of them. Taking it for each would be fairer to others, and cost
// more than many a command.
func (c *client) run(now time.Time) (out []byte, what next) {
	s := c.srv
	s.mu.Lock()
	defer s.mu.Unlock()
	x := call{srv: s, c: c, out: &c.out, now: now.UnixMilli()}
	what = waitForInput
	for !c.closing {
		if len(c.out.Bytes) > batchSize {
			what = goOn
			break
		}
		args, ok, err := c.in.NextCommand()
		if err != nil {
			c.reserve()
			c.out.Error("ERR " + err.Error())
			c.closing = true
		}
		if !ok {
			break
		}
		c.reserve()
		x.args, x.db = args, &s.store.DBs[c.db]
		x.execute()
	}
	switch {
	case c.closing:
		what = end
	case what == waitForInput && c.subscriptions() > 0:
		what = waitForMessages
	}
	out, c.out.Bytes = c.out.Bytes, nil
	c.softSince = 0
	return out, what
}

// reserve sees to it that there is a buffer for replies.
func (c *client) reserve() {
	if c.out.Bytes == nil {
		c.out.Bytes = borrow()
	}
}

// execute executes a command, or queues it, if it may be executed at all.
func (x *call) execute() {
	x.srv.stats.commands++
	x.cmd = lookup(x.args)
	if problem := x.problem(); problem != "" {
		x.refuse(problem)
		return
	}
	x.c.last = x.cmd.name
	if x.c.tx != nil && !x.cmd.immediate() {
		x.c.tx.add(x.cmd, x.args)
		x.out.Simple("QUEUED")
		return
	}
	x.cmd.run(x)
}

// lookup returns the command of that name, or nil.
func lookup(args [][]byte) *command {
	cmd := find(commands, args[0])
	if cmd == nil || cmd.sub == nil || len(args) < 2 {
		return cmd
	}
	return find(cmd.sub, args[1])
}

// find looks up a name in lower or upper case, without allocating anything.
func find(table map[string]*command, name []byte) *command {
	var lower [32]byte
	if len(name) > len(lower) {
		return nil
	}
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	return table[string(lower[:len(name)])]
}

// problem says why the command cannot be executed: with "" it can.
func (x *call) problem() string {
	cmd, n := x.cmd, len(x.args)
	switch {
	case cmd == nil:
		return unknown(x.args)
	case !cmd.takes(n):
		return wrongNumber(cmd)
	case x.c.subscriptions() > 0 && !x.out.Three && !cmd.whileSubscribed():
		return fmt.Sprintf("ERR Can't execute '%s': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context", cmd.name)
	}
	return ""
}

// refuse answers a command that cannot be executed. In a transaction nothing will be.
func (x *call) refuse(problem string) {
	if x.cmd != nil && x.cmd.name == "exec" && x.c.tx != nil {
		x.c.tx = nil
	} else if x.c.tx != nil {
		x.c.tx.broken = true
	}
	if x.cmd != nil && x.cmd.name == "exec" {
		problem = "EXECABORT Transaction discarded because of: " + strings.TrimPrefix(problem, "ERR ")
	}
	x.out.Error(problem)
}

// whileSubscribed reports whether a client may use the command that is subscribed to something
// and speaks RESP2: it could not tell replies from messages.
func (cmd *command) whileSubscribed() bool {
	switch cmd.name {
	case "subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ping", "quit", "reset":
		return true
	}
	return false
}

// wrongNumber is the error of a command with too few or too many arguments.
func wrongNumber(cmd *command) string {
	return fmt.Sprintf("ERR wrong number of arguments for '%s' command", cmd.name)
}

// unknown is the error of a command that is not there.
func unknown(args [][]byte) string {
	name := cString(args[0], 128)
	if find(commands, args[0]) != nil {
		return fmt.Sprintf("ERR unknown subcommand '%s'. Try %s HELP.", cString(args[1], 128), strings.ToUpper(name))
	}
	var list strings.Builder
	for _, a := range args[1:] {
		if list.Len() >= 128 {
			break
		}
		fmt.Fprintf(&list, "'%s' ", cString(a, 128-list.Len()))
	}
	return fmt.Sprintf("ERR unknown command '%s', with args beginning with: %s", name, list.String())
}

// cString returns the first bytes of s, up to a NUL: Redis writes them as strings of C.
func cString(s []byte, most int) string {
	s = s[:min(len(s), most)]
	for i, c := range s {
		if c == 0 {
			s = s[:i]
			break
		}
	}
	return string(s)
}
