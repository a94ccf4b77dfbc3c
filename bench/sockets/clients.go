//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// clients is the process of the clients.
func clients() error {
	if err := bind(); err != nil {
		return err
	}
	var open []net.Conn // silent, for as long as the process lives
	return lines(func(words []string) error {
		count, err := strconv.Atoi(words[2])
		if err != nil {
			return err
		}
		if words[0] == "open" {
			if open, err = openMore(open, words[1], count); err == nil {
				fmt.Println(len(open))
			}
			return err
		}
		length, err := strconv.ParseInt(words[3], 10, 64)
		if err != nil {
			return err
		}
		latencies, err := keepBusy(words[1], count, time.Duration(length))
		if err != nil || len(latencies) == 0 {
			return errors.Join(err, errors.New("no answers"))
		}
		fmt.Print(len(latencies))
		if words[0] == "tail" {
			slices.Sort(latencies)
			for _, q := range []float64{0.5, 0.99, 0.999, 1} {
				fmt.Print(" ", int64(quantile(latencies, q)))
			}
		}
		fmt.Println()
		return nil
	})
}

// openMore makes connections and has each echo a byte.
func openMore(open []net.Conn, addr string, count int) ([]net.Conn, error) {
	for range count {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return open, err
		}
		open = append(open, c)
		if _, err := c.Write([]byte{1}); err != nil {
			return open, err
		}
		if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
			return open, err
		}
	}
	return open, nil
}

// keepBusy has a request under way on each of count connections for a time, and returns how long
// each answer took; the first answer on each connection, which is one to a client that has not
// made all its connections yet, does not count as such. It is a loop around epoll, so that there is
// little between the server and its next request.
func keepBusy(addr string, count int, length time.Duration) (latencies []time.Duration, err error) {
	poll, err := unix.EpollCreate1(0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(poll)
	sent := make(map[int32]*time.Time, count)
	request := make([]byte, 64)
	for range count {
		sysfd, err := connect(addr)
		if err != nil {
			return nil, err
		}
		defer unix.Close(sysfd)
		if err := unix.EpollCtl(poll, unix.EPOLL_CTL_ADD, sysfd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(sysfd)}); err != nil {
			return nil, err
		}
		sent[int32(sysfd)] = new(time.Time)
		if _, err := unix.Write(sysfd, request); err != nil {
			return nil, err
		}
	}
	latencies = make([]time.Duration, 0, 1<<20)
	events, end := make([]unix.EpollEvent, 128), time.Now().Add(length)
	for now := time.Now(); now.Before(end); {
		n, err := unix.EpollWait(poll, events, -1)
		if err != nil && err != unix.EINTR {
			return nil, err
		}
		for _, ev := range events[:max(n, 0)] {
			got, err := unix.Read(int(ev.Fd), request)
			if err != nil || got != len(request) {
				return nil, errors.Join(err, fmt.Errorf("%d bytes came back", got))
			}
			now = time.Now()
			if before := sent[ev.Fd]; !before.IsZero() {
				latencies = append(latencies, now.Sub(*before))
			}
			*sent[ev.Fd] = now
			if _, err := unix.Write(int(ev.Fd), request); err != nil {
				return nil, err
			}
		}
	}
	return latencies, nil
}

// connect returns a socket that is connected.
func connect(addr string) (int, error) {
	to, err := net.ResolveTCPAddr("tcp4", addr)
	if err != nil {
		return 0, err
	}
	sysfd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return 0, err
	}
	if err := unix.Connect(sysfd, &unix.SockaddrInet4{Addr: [4]byte(to.IP.To4()), Port: to.Port}); err != nil {
		return 0, err
	}
	return sysfd, unix.SetsockoptInt(sysfd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
}
