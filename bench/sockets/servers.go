//go:build linux

package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// serve is a server's process: it tells its address, and then what it has used when it is asked.
func serve(start func(workers int) (string, error), workers int) error {
	if err := bind(); err != nil {
		return err
	}
	addr, err := start(workers)
	if err != nil {
		return err
	}
	fmt.Println(addr)
	return lines(func([]string) error {
		var usage unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
			return err
		}
		cpu := usage.Utime.Nano() + usage.Stime.Nano()
		rss, err := resident()
		fmt.Println(cpu, rss)
		return err
	})
}

// resident returns the resident memory of this process after garbage collections.
func resident() (int64, error) {
	if os.Getenv("SOCKETS_BOUND") != "" {
		return 0, nil // nobody wants to know, and it would be counted as processor time
	}
	debug.FreeOSMemory()
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	pages, err := strconv.ParseInt(strings.Fields(string(status))[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// serveAnet starts a server of this project.
func serveAnet(workers int) (string, error) {
	l, err := anet.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	r := rt.New(rt.Options{Workers: workers})
	rt.SpawnOn(r, acceptAsync(r, l)).Detach()
	return l.Addr().String(), nil
}

// accept spawns a task for each connection.
//
//async:func
func accept(r *rt.Runtime, l *anet.Listener) error {
	for {
		conn, err := l.Accept().Await()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		rt.SpawnOn(r, answerAsync(conn)).Detach()
	}
}

// answer echoes. While nothing comes it has no buffer. It closes the connection in the end, as
// nobody cancels it: a deferred call would cost memory while it waits, see docs/performance.md.
//
//async:func
func answer(conn *anet.Conn) {
	in := aio.NewBufReader(conn)
	for {
		data, err := in.ReadSome().Await()
		if err != nil {
			break
		}
		if _, err := conn.Write(data).Await(); err != nil {
			break
		}
	}
	conn.Close()
}

// serveNet starts a server of package net.
func serveNet(int) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				buf := make([]byte, 4096)
				for {
					n, err := conn.Read(buf)
					if err != nil {
						return
					}
					if _, err := conn.Write(buf[:n]); err != nil {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String(), nil
}
