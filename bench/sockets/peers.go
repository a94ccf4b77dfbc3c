//go:build linux

package main

import (
	"fmt"
	"net"
	"os"
	"strconv"

	"github.com/lesismal/nbio"
	nbiolog "github.com/lesismal/nbio/logging"
	"github.com/panjf2000/gnet/v2"
)

// serveGnet starts a server of gnet with its defaults: one event loop, level-triggered.
func serveGnet(loops int) (string, error) {
	h := &gnetHandler{addr: make(chan string, 1), failed: make(chan error, 1)}
	go func() {
		h.failed <- gnet.Run(h, "tcp://127.0.0.1:0", gnet.WithNumEventLoop(loops),
			gnet.WithTCPNoDelay(gnet.TCPNoDelay), gnet.WithLogger(errorLog{}))
	}()
	select {
	case addr := <-h.addr:
		return addr, nil
	case err := <-h.failed:
		return "", err
	}
}

// An errorLog keeps standard output free of what is no error.
type errorLog struct{}

func (errorLog) Debugf(string, ...any)               {}
func (errorLog) Infof(string, ...any)                {}
func (errorLog) Warnf(string, ...any)                {}
func (errorLog) Errorf(format string, args ...any)   { fmt.Fprintf(os.Stderr, format+"\n", args...) }
func (l errorLog) Fatalf(format string, args ...any) { l.Errorf(format, args...); os.Exit(1) }

// A gnetHandler echoes.
type gnetHandler struct {
	gnet.BuiltinEventEngine
	addr   chan string
	failed chan error
}

// OnBoot finds out on which port the server listens.
func (h *gnetHandler) OnBoot(e gnet.Engine) gnet.Action {
	sysfd, err := e.Dup()
	if err != nil {
		h.failed <- err
		return gnet.Shutdown
	}
	file := os.NewFile(uintptr(sysfd), "listener")
	defer file.Close()
	l, err := net.FileListener(file)
	if err != nil {
		h.failed <- err
		return gnet.Shutdown
	}
	defer l.Close()
	h.addr <- net.JoinHostPort("127.0.0.1", strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	return gnet.None
}

func (h *gnetHandler) OnTraffic(c gnet.Conn) gnet.Action {
	data, err := c.Next(-1)
	if err == nil {
		_, err = c.Write(data)
	}
	if err != nil {
		return gnet.Close
	}
	return gnet.None
}

// serveNbio starts a server of nbio, edge-triggered, with one loop beside that of the listener.
func serveNbio(loops int) (string, error) {
	nbiolog.SetLevel(nbiolog.LevelError)
	e := nbio.NewEngine(nbio.Config{
		Network:  "tcp",
		Addrs:    []string{"127.0.0.1:0"},
		NPoller:  loops,
		EpollMod: nbio.EPOLLET,
	})
	e.OnData(func(c *nbio.Conn, data []byte) {
		// An error closes the connection by itself.
		_, _ = c.Write(data)
	})
	if err := e.Start(); err != nil {
		return "", err
	}
	return e.Addrs[0], nil
}
