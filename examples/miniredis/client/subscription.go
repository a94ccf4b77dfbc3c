package client

import (
	"fmt"
	"iter"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// A Message is what somebody has published.
type Message struct{ Channel, Text string }

// A Subscription gets the messages of some channels, over a connection of its own. It belongs to one
// task.
type Subscription struct {
	conn *anet.Conn
	in   *frame.Reader
}

// Subscribe connects to a server and subscribes to channels, of which there must be one at least.
//
//async:func
func Subscribe(addr string, channels ...string) (*Subscription, error) {
	conn, err := anet.Dial("tcp", addr).Await()
	if err != nil {
		return nil, err
	}
	s := &Subscription{conn: conn, in: frame.NewReader(conn)}
	if err := s.joinAsync(channels).Await(); err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

// join sends the command and waits until the server has confirmed all channels.
//
//async:func
func (s *Subscription) join(channels []string) error {
	out := frame.NewWriter(s.conn)
	out.Command(append([]string{"SUBSCRIBE"}, channels...)...)
	if err := out.FlushAsync().Await(); err != nil {
		return err
	}
	for left := len(channels); left > 0; {
		f, err := s.in.ReadFrameAsync().Await()
		if err != nil {
			return err
		}
		if err := f.Err(); err != nil {
			return err
		}
		if len(f.List) == 3 && string(f.List[0].Text) == "subscribe" {
			left--
		}
	}
	return nil
}

// Close ends the subscription. A task that waits for messages gets an error.
func (s *Subscription) Close() error { return s.conn.Close() }

// Messages returns the messages as they come. The last element has an error, which is io.EOF if the
// server has ended.
//
//async:stream
func (s *Subscription) Messages() iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for {
			f, err := s.in.ReadFrameAsync().Await()
			if err != nil {
				yield(Message{}, err)
				return
			}
			if len(f.List) != 3 || string(f.List[0].Text) != "message" {
				yield(Message{}, fmt.Errorf("client: no message: %v", f))
				return
			}
			if !yield(Message{string(f.List[1].Text), string(f.List[2].Text)}, nil) {
				return
			}
		}
	}
}
