package server

import "slices"

var pubsubCommands = []command{
	{name: "subscribe", arity: -2, flags: "pubsub noscript loading stale", run: subscribe},
	{name: "unsubscribe", arity: -1, flags: "pubsub noscript loading stale", run: unsubscribe},
	{name: "psubscribe", arity: -2, flags: "pubsub noscript loading stale", run: psubscribe},
	{name: "punsubscribe", arity: -1, flags: "pubsub noscript loading stale", run: punsubscribe},
	{name: "publish", arity: 3, flags: "pubsub loading stale fast", run: publish},
}

// topics are who is subscribed to what. The order is that in which they came.
type topics struct {
	channels, patterns map[string][]*client
}

func newTopics() topics {
	return topics{channels: make(map[string][]*client), patterns: make(map[string][]*client)}
}

// add adds a client to a topic of one of the two maps.
func add(m map[string][]*client, topic string, c *client) { m[topic] = append(m[topic], c) }

// remove removes a client from a topic.
func remove(m map[string][]*client, topic string, c *client) {
	list := m[topic]
	if i := slices.Index(list, c); i >= 0 {
		list = slices.Delete(list, i, i+1)
	}
	if len(list) == 0 {
		delete(m, topic)
	} else {
		m[topic] = list
	}
}

// leave removes a client from all its topics.
func (t *topics) leave(c *client) {
	for _, topic := range c.channels {
		remove(t.channels, topic, c)
	}
	for _, topic := range c.patterns {
		remove(t.patterns, topic, c)
	}
	c.channels, c.patterns = nil, nil
}

// subscriptions returns how many topics the client is subscribed to.
func (c *client) subscriptions() int { return len(c.channels) + len(c.patterns) }

func subscribe(x *call) { x.join("subscribe", x.srv.topics.channels, &x.c.channels) }

func psubscribe(x *call) { x.join("psubscribe", x.srv.topics.patterns, &x.c.patterns) }

func unsubscribe(x *call) { x.part("unsubscribe", x.srv.topics.channels, &x.c.channels) }

func punsubscribe(x *call) { x.part("punsubscribe", x.srv.topics.patterns, &x.c.patterns) }

// join subscribes to the topics in the arguments. Each has a reply of its own.
func (x *call) join(what string, all map[string][]*client, mine *[]string) {
	for _, arg := range x.args[1:] {
		if topic := string(arg); !slices.Contains(*mine, topic) {
			*mine = append(*mine, topic)
			add(all, topic, x.c)
		}
		x.confirm(what, arg)
	}
}

// part ends subscriptions to the topics in the arguments, or to all.
func (x *call) part(what string, all map[string][]*client, mine *[]string) {
	topics := x.args[1:]
	if len(topics) == 0 {
		for _, topic := range *mine {
			topics = append(topics, []byte(topic))
		}
		if len(topics) == 0 {
			x.confirm(what, nil)
		}
	}
	for _, arg := range topics {
		topic := string(arg)
		if i := slices.Index(*mine, topic); i >= 0 {
			*mine = slices.Delete(*mine, i, i+1)
			remove(all, topic, x.c)
		}
		x.confirm(what, arg)
	}
}

// confirm is the reply for one topic; nil: there was none.
func (x *call) confirm(what string, topic []byte) {
	x.out.Push(3)
	x.out.BulkString(what)
	if topic == nil {
		x.out.Null()
	} else {
		x.out.Bulk(topic)
	}
	x.out.Int(int64(x.c.subscriptions()))
}

func publish(x *call) {
	channel, message := x.args[1], x.args[2]
	n := 0
	for _, c := range x.srv.topics.channels[string(channel)] {
		x.deliver(c, nil, channel, message)
		n++
	}
	for pattern, list := range x.srv.topics.patterns {
		if !match([]byte(pattern), string(channel)) {
			continue
		}
		for _, c := range list {
			x.deliver(c, []byte(pattern), channel, message)
			n++
		}
	}
	x.out.Int(int64(n))
}

// deliver puts a message for a subscriber into its buffer and wakes its task, which writes all that
// is there by then. If the subscriber reads too slowly for that, it is cut off, as Redis does it:
// the publisher does not wait, and memory is not for the taking.
func (x *call) deliver(c *client, pattern, channel, message []byte) {
	if c.closing {
		return
	}
	c.reserve()
	if pattern != nil {
		c.out.Push(4)
		c.out.BulkString("pmessage")
		c.out.Bulk(pattern)
	} else {
		c.out.Push(3)
		c.out.BulkString("message")
	}
	c.out.Bulk(channel)
	c.out.Bulk(message)
	c.pushed.NotifyOne()
	if c.tooSlow(x.srv.options, len(c.out.Bytes), x.now) {
		c.closing = true
		c.srv.stats.cutOff++
		c.out.Bytes = nil
		c.conn.Close() // a write that waits fails with this
	}
}

// tooSlow reports whether too much waits to be written.
func (c *client) tooSlow(o Options, waiting int, now int64) bool {
	switch {
	case waiting > o.HardLimit:
		return true
	case waiting <= o.SoftLimit:
		return false
	case c.softSince == 0:
		c.softSince = now
	}
	return now-c.softSince > o.SoftTime.Milliseconds()
}
