package anet

import (
	"testing"

	"golang.org/x/sys/unix"
)

// A socket that is connected to itself is noticed, and not more often than allowed.
func TestSelfConnected(t *testing.T) {
	sysfd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	d := &dial{conn: newConn(sysfd)}
	defer d.drop()
	if err := unix.Bind(sysfd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	own := d.conn.query(localAddr).AddrPort()
	d.addrs = append(d.addrs, own)
	if errno := connect(sysfd, own); errno != 0 && errno != connecting {
		t.Fatal(errno)
	}
	if errno := connected(sysfd); errno != 0 {
		t.Fatal(errno)
	}
	if !d.selfConnected() || !d.selfConnected() {
		t.Error("not noticed")
	}
	if d.selfConnected() {
		t.Error("noticed a third time: it would go on for ever")
	}
}
