package client

import (
	"errors"
	"fmt"
	"time"

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
	addr     string
	conn     *anet.Conn
	requests *achan.SharedReceiver[request]
	held     request // that was received and is not written yet
	// pause is how long to wait before the next attempt to connect, which grows until the server
	// has answered something.
	pause time.Duration
}

// run is the task of a manager.
//
//async:func
func (m *manager) run() {
	defer m.requests.Close()
	for m.talkAsync().Await() != nil {
		m.client.count(-1)
		if !m.connectAsync().Await() {
			break
		}
		m.client.count(+1)
	}
}

const (
	leastPause, mostPause = 10 * time.Millisecond, time.Second
	// patience is how long an attempt to connect may take.
	patience = 5 * time.Second
)

// connect tries until there is a new connection. It is false if the client was closed.
//
//async:func
func (m *manager) connect() bool {
	for {
		if m.pause > 0 && !m.waitAsync().Await() {
			return false
		}
		m.pause = min(max(2*m.pause, leastPause), mostPause)
		conn, err := rt.Timeout(patience, anet.Dial("tcp", m.addr)).Await()
		if err == nil {
			m.conn = conn
			return true
		}
		m.client.fail(fmt.Errorf("client: no connection: %w", err))
		m.refuse()
	}
}

// wait waits before the next attempt. If no manager has a connection it ends with the next request, which it
// holds: otherwise another will serve that. It is false if the client was closed.
//
//async:func
func (m *manager) wait() bool {
	if !m.client.alone() {
		return rt.Sleep(m.pause).Await() == nil
	}
	r := rt.Select2(m.requests.Recv(), rt.Sleep(m.pause)).Await()
	if r.Index == 1 {
		return r.B.Err == nil
	}
	m.held = r.A.Value
	return r.A.Err == nil
}

// refuse tells who has made the request that is held that there will be no answer. If it was handed on,
// and is not held any more, it does nothing.
func (m *manager) refuse() {
	if m.held.answer != nil {
		m.held.answer.Close()
	}
	m.held = request{}
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
	defer m.refuse()
	out := frame.NewWriter(m.conn)
	for {
		var err error
		if m.held.answer == nil {
			if m.held, err = m.requests.Recv().Await(); err != nil {
				return nil // the client is closed
			}
		}
		for n := 1; ; n++ {
			// The order of the answers is that of the requests.
			if err := expected.Send(m.held.answer).Await(); err != nil {
				return err
			}
			out.Command(m.held.args...)
			m.held = request{}
			if n == atOnce {
				break
			}
			if m.held, err = m.requests.TryRecv(); err != nil {
				break // there are no more just now
			}
		}
		if err := out.FlushAsync().Await(); err != nil {
			return m.lost(err)
		}
	}
}

// lost notes that the connection has broken.
func (m *manager) lost(err error) error {
	return m.client.fail(fmt.Errorf("client: connection lost: %w", err))
}

// read reads answers and hands them to who has asked, until no more are expected. While none is, it
// watches the connection, so that one that breaks is replaced before anybody needs it.
//
//async:func
func (m *manager) read(expected *achan.Receiver[answer]) error {
	var to answer
	defer func() { // one that has got none; the others it does not disturb
		if to != nil {
			to.Close()
		}
	}()
	in := frame.NewReader(m.conn)
	for {
		// Fill loses nothing if it is canceled.
		r := rt.Select2Biased(expected.Recv(), in.FillAsync()).Await()
		switch {
		case r.Index == 1 && r.B.Err != nil:
			return m.lost(r.B.Err)
		case r.Index == 1:
			return m.lost(unasked(in.ReadFrameAsync().Await()))
		case errors.Is(r.A.Err, achan.ErrClosed):
			return nil
		case r.A.Err != nil:
			return r.A.Err
		}
		to = r.A.Value
		f, err := in.ReadFrameAsync().Await()
		if err != nil {
			return m.lost(err)
		}
		m.pause = 0
		to.Send(f) // if nobody waits for it any more, that is no matter
	}
}

// unasked is the error of a server that has said something that nobody has asked for: why it ends the
// connection, usually.
func unasked(f frame.Frame, err error) error {
	switch {
	case err != nil:
		return err
	case f.Err() != nil:
		return f.Err()
	}
	return fmt.Errorf("the server says %q and was not asked", f.Text)
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
