//go:build !asyncgen_portable

package anet

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A socket that is connected to itself is noticed, and not more often than allowed.
func TestSelfConnected(t *testing.T) {
	sysfd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	r := &race{dial: &dial{dialer: new(Dialer)}, conn: newConn(tcp, sysfd)}
	defer r.drop()
	if err := unix.Bind(sysfd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	own := endpointOf(r.conn.local(tcp))
	r.to = append(r.to, own)
	if errno := connect(sysfd, tcp, own); errno != 0 && errno != unix.EINPROGRESS {
		t.Fatal(errno)
	}
	if errno := connected(sysfd); errno != 0 {
		t.Fatal(errno)
	}
	if !r.selfConnected() || !r.selfConnected() {
		t.Error("not noticed")
	}
	if r.selfConnected() {
		t.Error("noticed a third time: it would go on for ever")
	}
}

// The time of a Dial is divided among the addresses, in parts that make sense.
func TestShare(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		left     time.Duration
		attempts int
		want     time.Duration
	}{
		{12 * time.Second, 3, 4 * time.Second},
		{12 * time.Second, 1, 12 * time.Second},
		{3 * time.Second, 3, 2 * time.Second},
		{time.Second, 3, time.Second},
		{-time.Second, 3, -time.Second},
	} {
		if got := share(now, now.Add(c.left), c.attempts).Sub(now); got != c.want {
			t.Errorf("the first of %d attempts in %v has %v, want %v", c.attempts, c.left, got, c.want)
		}
	}
}
