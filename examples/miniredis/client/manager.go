package client

import (
	"errors"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/anet"
)

const (
	// inFlight is how many requests may wait for their answers.
	inFlight = 1024
	// atOnce is how many requests are written together.
	atOnce = 128
)

// A manager owns a connection.
type manager struct {
	client   *Client
	conn     *anet.Conn
	requests *achan.SharedReceiver[request]
}

// run is the task of a manager. If the connection breaks and there is no other, it goes on to
// refuse requests until the client is closed: those that are in the channel when nobody receives
// any more would wait for ever.
//
//async:func
func (m *manager) run() {
	defer m.requests.Close()
	err := m.talkAsync().Await()
	if last := m.client.leave(); !last || err == nil {
		return
	}
	for {
		req, err := m.requests.Recv().Await()
		if err != nil {
			return
		}
		req.answer.Close()
	}
}

// talk uses the connection until the client is closed, or something goes wrong.
//
// It has two halves, one that writes requests and one that reads answers. They are two futures in
// one task, polled in turn and never both at once. Neither waits for the other: a server that reads
// nothing before its answers are read would otherwise wait for a client that does the same.
//
//async:func
func (m *manager) talk() error {
	defer m.conn.Close()
	tx, rx := achan.MPSC[answer](inFlight)
	defer forget(rx)
	reading := m.readAsync(rx)
	defer reading.Cancel()
	r := rt.Select2(m.writeAsync(tx), rt.Ref(reading)).Await()
	switch {
	case r.Index == 1:
		return r.B.Err
	case r.A.Err != nil:
		return r.A.Err
	}
	return reading.Await() // what was asked for before the client was closed is answered
}

// An answer is where one goes.
type answer = *achan.OneshotSender[frame.Frame]

// write writes requests until the client is closed.
//
//async:func
func (m *manager) write(expected *achan.Sender[answer]) error {
	defer expected.Close()
	var req request
	defer func() { refuse(req.answer) }() // one that was received and not handed on
	out := frame.NewWriter(m.conn)
	for {
		var err error
		if req, err = m.requests.Recv().Await(); err != nil {
			return nil // the client is closed
		}
		for n := 1; ; n++ {
			// The order of the answers is that of the requests.
			if err := expected.Send(req.answer).Await(); err != nil {
				return err
			}
			out.Command(req.args...)
			req = request{}
			if n == atOnce {
				break
			}
			if req, err = m.requests.TryRecv(); err != nil {
				break // there are no more just now
			}
		}
		if err := out.FlushAsync().Await(); err != nil {
			return m.client.fail(err)
		}
	}
}

// refuse tells who has asked that there will be no answer. After an answer it does nothing.
func refuse(to answer) {
	if to != nil {
		to.Close()
	}
}

// read reads answers and hands them to who has asked, until no more are expected.
//
//async:func
func (m *manager) read(expected *achan.Receiver[answer]) error {
	var to answer
	defer func() { refuse(to) }() // one that has got none; the others it does not disturb
	in := frame.NewReader(m.conn)
	for {
		var err error
		to, err = expected.Recv().Await()
		if errors.Is(err, achan.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		f, err := in.ReadFrameAsync().Await()
		if err != nil {
			return m.client.fail(err)
		}
		to.Send(f) // if nobody waits for it any more, that is no matter
	}
}

// forget tells all who wait for an answer that none will come.
func forget(expected *achan.Receiver[answer]) {
	for {
		to, err := expected.TryRecv()
		if err != nil {
			break
		}
		to.Close()
	}
	expected.Close()
}
