//go:build linux

package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// wakes are the latencies that are measured: what waits, and what wakes it.
var wakes = []struct {
	name    string
	measure func(count int) error // in a process of its own, prints a line each
	c       string                // or what epoll/echo.c is asked for
}{
	{"anet: a worker that is parked has read from a socket", idleAnet, ""},
	{"net: a goroutine has read from a socket", idleNet, ""},
	{"C: a thread in read has returned", nil, "read"},
	{"C: a thread in epoll_wait has read", nil, "epoll"},
	{"rt: a parked worker polls a task that another has woken", stealWake, ""},
	{"goroutines: a parked P runs one that another has woken", chanWake, ""},
	{"C: a thread in epoll_wait has seen a write to an eventfd", nil, "eventfd"},
}

// wake prints the third figure.
func wake(rounds, count int) error {
	fmt.Printf("from wake to run, one every millisecond: p50 of each of %d turns of %d, median and range\n", rounds, count)
	medians := make([][]time.Duration, len(wakes))
	for range rounds {
		for i := range wakes {
			all, err := measureWake(i, count)
			if err != nil {
				return err
			}
			if len(all) > 0 {
				medians[i] = append(medians[i], quantile(all, 0.5))
			}
		}
	}
	for i, w := range wakes {
		if len(medians[i]) > 0 {
			slices.Sort(medians[i])
			fmt.Printf("\t%-60s %5.1f µs (%.1f to %.1f)\n", w.name, micros(quantile(medians[i], 0.5)),
				micros(medians[i][0]), micros(medians[i][len(medians[i])-1]))
		}
	}
	return nil
}

func micros(d time.Duration) float64 { return float64(d) / 1e3 }

// quantile returns the q-th of sorted durations.
func quantile(sorted []time.Duration, q float64) time.Duration {
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// measureWake runs the process of a latency and returns what it prints, sorted.
func measureWake(i, count int) (all []time.Duration, err error) {
	cmd := exec.Command(os.Args[0], "-role", "wake", "-wakes", strconv.Itoa(count), strconv.Itoa(i))
	if c := wakes[i].c; c != "" {
		if cProgram == "" {
			return nil, nil
		}
		cmd = exec.Command(cProgram, "wake", c, strconv.Itoa(count))
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		ns, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			return nil, err
		}
		all = append(all, time.Duration(ns))
	}
	slices.Sort(all)
	return all, cmd.Wait()
}

// A sender writes to a socket and is told when that was noticed.
type sender struct {
	sent   time.Time
	took   atomic.Int64
	answer int // an eventfd
}

func newSender() (*sender, error) {
	answer, err := unix.Eventfd(0, 0)
	return &sender{answer: answer}, err
}

// noticed is called by who waits. The system calls put the accesses in order.
func (s *sender) noticed() {
	s.took.Store(int64(time.Since(s.sent)))
	unix.Write(s.answer, []byte{1, 0, 0, 0, 0, 0, 0, 0})
}

// send writes to a socket again and again, from a thread that makes blocking calls only, as a
// process elsewhere would, and prints what it took.
func (s *sender) send(addr string, count int) error {
	runtime.LockOSThread()
	to, err := connect(addr)
	if err != nil {
		return err
	}
	var b [8]byte
	for range count {
		pause()
		s.sent = time.Now()
		if _, err := unix.Write(to, b[:]); err != nil {
			return err
		}
		if _, err := unix.Read(s.answer, b[:]); err != nil {
			return err
		}
		fmt.Println(s.took.Load())
	}
	return nil
}

// pause lets everybody fall asleep, and does not wake the scheduler of Go when it is over.
func pause() {
	unix.Nanosleep(&unix.Timespec{Nsec: int64(time.Millisecond)}, nil)
}

func idleAnet(count int) error {
	l, err := anet.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s, err := newSender()
	if err != nil {
		return err
	}
	r := rt.New(rt.Options{Workers: 1})
	rt.SpawnOn(r, s.noticeAsync(l)).Detach()
	return s.send(l.Addr().String(), count)
}

// notice reads from the first connection and tells.
//
//async:func
func (s *sender) notice(l *anet.Listener) error {
	conn, err := l.Accept().Await()
	if err != nil {
		return err
	}
	buf := make([]byte, 64)
	for {
		if _, err := conn.Read(buf).Await(); err != nil {
			return err
		}
		s.noticed()
	}
}

func idleNet(count int) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s, err := newSender()
	if err != nil {
		return err
	}
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		buf := make([]byte, 64)
		for {
			if _, err := conn.Read(buf); err != nil {
				return
			}
			s.noticed()
		}
	}()
	return s.send(l.Addr().String(), count)
}

// busy is for how long the task that keeps its worker does so.
const busy = 200 * time.Microsecond

// keep keeps whoever calls it from doing anything else, but leaves the processor, as the writer in C does
// when it waits: a virtual machine is liable to wake a thread on the processor of the one that wakes it
// though the other is idle, and it would wait for that to be done.
func keep() {
	span := unix.NsecToTimespec(int64(busy))
	_ = unix.Nanosleep(&span, nil)
}

// stealWake has a task on one worker wake two others. It polls the one that was woken last, which
// keeps it busy, so that the other runs on the second worker or much later.
func stealWake(count int) error {
	r := rt.New(rt.Options{Workers: 2})
	s := new(stealer)
	rt.SpawnOn(r, s.waitAsync(&s.wake[0], false)).Detach()
	rt.SpawnOn(r, s.waitAsync(&s.wake[1], true)).Detach()
	_, err := rt.SpawnOn(r, s.driveAsync(count)).Await()
	return err
}

// A stealer is what the tasks of stealWake share.
type stealer struct {
	wake  [2]alock.Notify
	ended alock.Notify
	sent  time.Time
	ran   atomic.Int32
}

// drive wakes the two, which wait by then, and waits until both have run.
//
//async:func
func (s *stealer) drive(count int) error {
	for range count {
		if err := rt.Sleep(time.Millisecond).Await(); err != nil {
			return err
		}
		s.ran.Store(0)
		s.sent = time.Now()
		s.wake[0].NotifyOne()
		s.wake[1].NotifyOne()
		if err := s.ended.Wait().Await(); err != nil {
			return err
		}
	}
	return nil
}

// wait is woken again and again, and either uses the processor or tells how long it took.
//
//async:func
func (s *stealer) wait(wake *alock.Notify, use bool) error {
	for {
		if err := wake.Wait().Await(); err != nil {
			return err
		}
		if took := time.Since(s.sent); use {
			keep()
		} else {
			fmt.Println(int64(took))
		}
		if s.ran.Add(1) == 2 {
			s.ended.NotifyOne()
		}
	}
}

// chanWake has a goroutine send to another and go on.
func chanWake(count int) error {
	to, ended := make(chan time.Time), make(chan struct{})
	go func() {
		for sent := range to {
			fmt.Println(int64(time.Since(sent)))
			ended <- struct{}{}
		}
	}()
	for range count {
		time.Sleep(time.Millisecond)
		sent := time.Now()
		to <- sent
		keep()
		<-ended
	}
	return nil
}
