// Echosoak lets an echo server run for a long time under clients that behave badly, and checks
// that it loses no byte and leaks nothing:
//
//	go run ./internal/echosoak -clients 10000 -time 60s
//
// The clients are in a process of their own and use package net. Each makes one connection
// after another, on which it does one of the things that clients do: it talks, sits there
// silent, sends much before it reads anything, ends its own stream early, or resets the
// connection. Whatever comes back is compared with what was sent. In the meantime the server's
// memory is watched: it must not grow once all clients are there. In the end its connections,
// tasks, goroutines and descriptors must be gone.
//
// The seed of the clients' choices is printed; -seed repeats them, as far as the network does.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"
)

// A config says how to run.
type config struct {
	clients int
	time    time.Duration
	seed    uint64
	addr    string // of the server, in the process of the clients
}

func main() {
	var c config
	flag.IntVar(&c.clients, "clients", 1000, "number of `clients` at once")
	flag.DurationVar(&c.time, "time", 10*time.Second, "how `long`")
	flag.Uint64Var(&c.seed, "seed", uint64(time.Now().UnixNano()), "`seed` of the clients' choices")
	flag.StringVar(&c.addr, "addr", "", "be the clients of the server at this `address`")
	flag.Parse()
	if err := c.main(); err != nil {
		fmt.Fprintln(os.Stderr, "echosoak:", err)
		os.Exit(1)
	}
}

func (c config) main() error {
	if err := raiseLimit(c.clients + 100); err != nil {
		return err
	}
	if c.addr != "" {
		return json.NewEncoder(os.Stdout).Encode(visit(c))
	}
	fmt.Printf("%d clients, %v, seed %d\n", c.clients, c.time, c.seed)
	return soak(os.Stdout, c, process)
}

// raiseLimit lets the process have that many descriptors.
func raiseLimit(count int) error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Max < uint64(count) {
		return fmt.Errorf("%d descriptors are needed, the system allows %d", count, limit.Max)
	}
	limit.Cur = max(limit.Cur, uint64(count))
	return unix.Setrlimit(unix.RLIMIT_NOFILE, &limit)
}

// process runs the clients in a process of their own.
func process(c config) (report, error) {
	cmd := exec.Command(os.Args[0], "-addr", c.addr, "-clients", fmt.Sprint(c.clients),
		"-time", c.time.String(), "-seed", fmt.Sprint(c.seed))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return report{}, err
	}
	if err := cmd.Start(); err != nil {
		return report{}, err
	}
	var r report
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&r); err != nil {
		return r, err
	}
	return r, cmd.Wait()
}

// soak runs a server and its clients, and returns an error if anything is wrong in the end.
func soak(out io.Writer, c config, clients func(config) (report, error)) error {
	if err := warmUp(); err != nil {
		return err
	}
	before := takeStock()
	s, err := start()
	if err != nil {
		return err
	}
	c.addr = s.listener.Addr().String()
	stop, heaps := make(chan struct{}), make(chan []int64)
	go func() { heaps <- watch(c.time, stop) }()
	r, err := clients(c)
	close(stop)
	samples := <-heaps
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.stop(ctx); err != nil {
		return err
	}
	fmt.Fprintf(out, "%v\nserver: %d connections, %d MiB echoed, heap %v KiB\n",
		r, s.accepted.Load(), s.echoed.Load()>>20, samples)
	switch {
	case err != nil:
		return err
	case len(r.Errors) > 0:
		return fmt.Errorf("clients: %v", r.Errors)
	case r.Whole == 0:
		return fmt.Errorf("no client has got all its bytes back")
	}
	if err := flat(samples); err != nil {
		return err
	}
	return before.check()
}

// watch measures the heap at regular times, in KiB, once all clients have had time to come.
func watch(length time.Duration, stop chan struct{}) (samples []int64) {
	tick := time.NewTicker(max(length/12, 50*time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			samples = append(samples, heap()>>10)
		case <-stop:
			return samples
		}
	}
}

// flat returns an error if the memory has grown in the second half. What the clients do differs
// from moment to moment, and with it what is under way in the server.
func flat(samples []int64) error {
	if len(samples) < 8 {
		return nil
	}
	half := len(samples) / 2
	first, second := samples[half/2:half], samples[half:]
	var a, b int64
	for _, s := range first {
		a = max(a, s)
	}
	for i, s := range second {
		if b = min(b, s); i == 0 {
			b = s
		}
	}
	if b > a+a/4+1024 {
		return fmt.Errorf("memory has grown: from at most %d to at least %d KiB", a, b)
	}
	return nil
}

// heap returns how much memory is in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A stock is what a process holds.
type stock struct{ goroutines, descriptors int }

func takeStock() stock {
	names, _ := os.ReadDir("/proc/self/fd") // where there is none, none are counted
	return stock{runtime.NumGoroutine(), len(names)}
}

// warmUp opens the descriptors that package os keeps for itself once it has waited for a pipe.
func warmUp() error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	return errors.Join(r.Close(), w.Close())
}

// check returns an error if there is more than before. Goroutines end a little later than they
// say.
func (s stock) check() error {
	debug.FreeOSMemory()
	var now stock
	for range 200 {
		now = takeStock()
		if now.goroutines <= s.goroutines && now.descriptors <= s.descriptors {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("left behind: %+v, before: %+v", now, s)
}
