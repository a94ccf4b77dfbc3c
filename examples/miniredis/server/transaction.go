package server

import "bytes"

// A transaction is what MULTI begins: commands that are executed together, by EXEC.
type transaction struct {
	queue  []queued
	broken bool // one of them was refused
}

type queued struct {
	cmd  *command
	args [][]byte
}

var transactionCommands = []command{
	{name: "multi", arity: 1, flags: "noscript loading stale fast allow_busy", run: multi},
	{name: "exec", arity: 1, flags: "noscript loading stale skip_slowlog", run: execQueue},
	{name: "discard", arity: 1, flags: "noscript loading stale fast allow_busy", run: discard},
}

// immediate reports whether the command is executed at once in a transaction too.
func (cmd *command) immediate() bool {
	switch cmd.name {
	case "multi", "exec", "discard", "quit", "reset":
		return true
	}
	return false
}

// add queues a command. Its arguments lie in a buffer that is about to be used again.
func (t *transaction) add(cmd *command, args [][]byte) {
	q := queued{cmd, make([][]byte, len(args))}
	for i, a := range args {
		q.args[i] = bytes.Clone(a)
	}
	t.queue = append(t.queue, q)
}

func multi(x *call) {
	if x.c.tx != nil {
		x.out.Error("ERR MULTI calls can not be nested")
		return
	}
	x.c.tx = &transaction{}
	x.ok()
}

// execQueue executes the queue. Nothing comes in between, since the lock is held.
func execQueue(x *call) {
	t := x.c.tx
	x.c.tx = nil
	switch {
	case t == nil:
		x.out.Error("ERR EXEC without MULTI")
		return
	case t.broken:
		x.out.Error("EXECABORT Transaction discarded because of previous errors.")
		return
	}
	x.out.List(len(t.queue))
	for _, q := range t.queue {
		x.cmd, x.args = q.cmd, q.args
		x.db = &x.srv.store.DBs[x.c.db] // SELECT may be one of them
		x.cmd.run(x)
	}
}

func discard(x *call) {
	if x.c.tx == nil {
		x.out.Error("ERR DISCARD without MULTI")
		return
	}
	x.c.tx = nil
	x.ok()
}
