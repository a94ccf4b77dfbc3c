//go:build !linux || asyncgen_portable

package anet

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// background is for calls that have nobody to be canceled by.
var background = context.Background()

// A dial is a goroutine that connects by way of package net.
type dial struct {
	kind   kind
	cancel context.CancelFunc

	mu       sync.Mutex
	done     bool
	canceled bool
	conn     net.Conn
	err      error
	waker    rt.Waker // who is to be told
}

// newDial starts the goroutine.
func newDial(dialer *Dialer, network, addr string) (*dial, error) {
	k, ok := kinds[network]
	if !ok {
		return nil, net.UnknownNetworkError(network)
	}
	ctx, cancel := context.WithCancel(background)
	d := &dial{kind: k, cancel: cancel}
	how := net.Dialer{
		Deadline:        dialer.end(time.Now()),
		LocalAddr:       dialer.LocalAddr,
		FallbackDelay:   dialer.FallbackDelay,
		KeepAlive:       -1,
		KeepAliveConfig: dialer.KeepAlive,
		Resolver:        dialer.Resolver,
		Control:         dialer.Control,
	}
	go func() {
		defer cancel()
		conn, err := how.DialContext(ctx, network, addr)
		var late net.Error
		if errors.As(err, &late) && late.Timeout() && conn == nil {
			err = opError("dial", network, how.LocalAddr, nil, os.ErrDeadlineExceeded)
		}
		d.mu.Lock()
		d.done, d.conn, d.err = true, conn, err
		waker, canceled := d.waker, d.canceled
		d.mu.Unlock()
		if canceled && conn != nil {
			_ = conn.Close() // nobody wants it
		}
		waker.Wake()
	}()
	return d, nil
}

// poll returns the result when it is there. Until then it leaves the waker.
func (d *dial) poll(cx *rt.Context) (conn *Conn, ready bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case !d.done:
		d.waker = cx.Waker()
		return nil, false, nil
	case d.err != nil:
		return nil, true, d.err
	}
	return newConn(d.kind, d.conn), true, nil
}

// stop makes the goroutine end, and lets nobody be told.
func (d *dial) stop() {
	d.cancel()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waker, d.canceled = rt.Waker{}, true
	if d.conn != nil {
		_ = d.conn.Close() // nobody wants it
	}
}
