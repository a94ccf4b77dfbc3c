package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// A report is what clients have seen.
type report struct {
	Connections, Whole, Reset int   // made, that got everything back, that were reset by the client
	Bytes                     int64 // that came back
	Errors                    []string
}

func (r report) String() string {
	return fmt.Sprintf("clients: %d connections, %d whole, %d reset, %d MiB came back, %d errors",
		r.Connections, r.Whole, r.Reset, r.Bytes>>20, len(r.Errors))
}

// visit runs the clients until the time is over.
func visit(c config) report {
	var (
		mu    sync.Mutex
		total report
		wg    sync.WaitGroup
	)
	end := time.Now().Add(c.time)
	for i := range c.clients {
		wg.Go(func() {
			v := &visitor{Rand: rand.New(rand.NewPCG(c.seed, uint64(i))), addr: c.addr, end: end}
			v.run()
			mu.Lock()
			defer mu.Unlock()
			total.add(v.report)
		})
	}
	wg.Wait()
	return total
}

// add sums up. Of errors a few are enough.
func (r *report) add(other report) {
	r.Connections += other.Connections
	r.Whole += other.Whole
	r.Reset += other.Reset
	r.Bytes += other.Bytes
	if len(r.Errors) < 10 {
		r.Errors = append(r.Errors, other.Errors...)
	}
}

// A visitor is one client.
type visitor struct {
	*rand.Rand
	addr   string
	end    time.Time
	report report
}

// run makes one connection after another.
func (v *visitor) run() {
	for time.Now().Before(v.end) {
		c, err := net.Dial("tcp", v.addr)
		if err == nil {
			v.report.Connections++
			c.SetDeadline(v.end.Add(30 * time.Second)) // rather than hang
			err = v.one(c.(*net.TCPConn))
			c.Close()
		}
		if err != nil {
			v.report.Errors = append(v.report.Errors, err.Error())
			return
		}
	}
}

// one does something with a connection.
func (v *visitor) one(c *net.TCPConn) error {
	switch v.IntN(6) {
	case 0:
		return v.reset(c)
	case 1:
		v.pause(2 * time.Second)
		return v.talk(c)
	case 2:
		return v.stall(c)
	}
	return v.talk(c)
}

// pause does nothing for a time.
func (v *visitor) pause(most time.Duration) {
	time.Sleep(min(time.Duration(v.Int64N(int64(most))), time.Until(v.end)))
}

// data returns random bytes.
func (v *visitor) data(most int) []byte {
	var seed [32]byte
	seed[0], seed[1], seed[2] = byte(v.Uint32()), byte(v.Uint32()), byte(v.Uint32())
	b := make([]byte, 1+v.IntN(most))
	rand.NewChaCha8(seed).Read(b)
	return b
}

// talk sends and compares what comes back, and in the end it may say that it was the end.
func (v *visitor) talk(c *net.TCPConn) error {
	for range 1 + v.IntN(10) {
		sent := v.data(2000)
		if _, err := c.Write(sent); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
		got := make([]byte, len(sent))
		if _, err := io.ReadFull(c, got); err != nil {
			return fmt.Errorf("reading: %w", err)
		}
		if !bytes.Equal(got, sent) {
			return errors.New("other bytes came back")
		}
		v.report.Bytes += int64(len(got))
		v.pause(100 * time.Millisecond)
	}
	v.report.Whole++
	if v.IntN(2) == 0 {
		return nil
	}
	return v.halfClose(c, nil)
}

// stall sends a lot and reads nothing for a time, so that the server has to wait in writing.
// Then it ends its stream and wants everything back.
func (v *visitor) stall(c *net.TCPConn) error {
	sent := v.data(300_000)
	writing := make(chan error, 1)
	go func() {
		_, err := c.Write(sent)
		writing <- err
	}()
	v.pause(500 * time.Millisecond)
	got := make([]byte, len(sent))
	if _, err := io.ReadFull(c, got); err != nil {
		return fmt.Errorf("reading after a stall: %w", err)
	}
	if err := <-writing; err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	if !bytes.Equal(got, sent) {
		return errors.New("other bytes came back after a stall")
	}
	v.report.Bytes += int64(len(got))
	v.report.Whole++
	return v.halfClose(c, v.data(5000))
}

// halfClose ends the stream behind a last message, and wants that back, and the end.
func (v *visitor) halfClose(c *net.TCPConn, last []byte) error {
	if _, err := c.Write(last); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	if err := c.CloseWrite(); err != nil {
		return err
	}
	got, err := io.ReadAll(c)
	if err != nil {
		return fmt.Errorf("reading to the end: %w", err)
	}
	if !bytes.Equal(got, last) {
		return fmt.Errorf("%d bytes came back before the end, %d were sent", len(got), len(last))
	}
	return nil
}

// reset sends something, does not wait for the answer, and resets the connection.
func (v *visitor) reset(c *net.TCPConn) error {
	c.Write(v.data(50_000)) // may fail for all it matters
	v.pause(50 * time.Millisecond)
	v.report.Reset++
	return c.SetLinger(0)
}
