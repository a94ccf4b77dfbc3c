// Package blocking waits in annotated functions.
package blocking

import (
	"iter"
	"net"
	"net/http"
	"os/exec"
	"sync"
	"time"

	"example.org/vet/helper"
	"github.com/asyncgen/asyncgen/rt"
)

//async:func
func check(url string) error {
	_, err := http.Get(url) // want `http.Get blocks the worker: wait with a future instead, or call it on a goroutine`
	return err
}

//async:func
func poll(url string) error {
	time.Sleep(time.Second) // want `time.Sleep blocks the worker: await rt.Sleep instead`
	return check(url)       // want `the plain call of check blocks the worker: await its twin checkAsync`
}

//async:func
func channels(in <-chan int, out chan<- int) (n int) {
	n = <-in            // want `channels receives from a channel, which blocks the worker that polls it`
	out <- n            // want `channels sends to a channel, which blocks`
	for v := range in { // want `channels ranges over a channel, which blocks`
		n += v
	}
	select { // want `channels has a select without default, which blocks`
	case v := <-in:
		n += v
	case out <- <-in: // want `channels receives from a channel`
	}
	select {
	case v := <-in:
		n += v
	case out <- n:
	default:
	}
	select {} // want `channels has a select without default`
}

func drain[C <-chan int | chan int](c C) {
	for range c {
	}
}

//async:func
func generic(c chan int) {
	drain(c) // want `drain blocks the worker: it ranges over a channel \(blocking.go:\d+\)`
}

//async:func
func buffered(work func() int) int {
	result := make(chan int, 1)
	result <- 1
	unbuffered := make(chan int)
	unbuffered <- 1 // want `buffered sends to a channel`
	zero := make(chan int, 0)
	zero <- 1 // want `buffered sends to a channel`
	both := make(chan int, 1)
	both = unbuffered
	both <- 1 // want `buffered sends to a channel`
	go func() { result <- work() }()
	return <-result // want `buffered receives from a channel`
}

//async:func
func locks(mu *sync.Mutex, rw *sync.RWMutex, l sync.Locker, wg *sync.WaitGroup, c *sync.Cond) {
	mu.Lock() // want `sync.Mutex.Lock blocks the worker while somebody else holds the lock: put what the lock protects into a plain function`
	mu.Unlock()
	rw.RLock() // want `sync.RWMutex.RLock blocks`
	rw.RUnlock()
	l.Lock() // want `sync.Locker.Lock blocks`
	l.Unlock()
	wg.Wait() // want `sync.WaitGroup.Wait blocks the worker`
	c.Wait()  // want `sync.Cond.Wait blocks`
	if mu.TryLock() {
		mu.Unlock()
	}
}

type guarded struct {
	sync.Mutex
	n int
}

func (g *guarded) add() {
	g.Lock()
	defer g.Unlock()
	g.n++
}

//async:func
func (g *guarded) twice() {
	g.Lock() // want `sync.Mutex.Lock blocks`
	g.n++
	g.Unlock()
	g.add()
}

//async:func
func library(conn net.Conn, tcp *net.TCPConn, cmd *exec.Cmd, c *http.Client, req *http.Request, buf []byte) {
	conn.Read(buf)    // want `net.Conn.Read blocks`
	tcp.Write(buf)    // want `net.conn.Write blocks`
	tcp.ReadFrom(nil) // want `net.TCPConn.ReadFrom blocks`
	cmd.Run()         // want `exec.Cmd.Run blocks`
	cmd.Start()
	c.Do(req) // want `http.Client.Do blocks`
	conn.Close()
}

//async:func
func otherPackage(f rt.Future[int], c *helper.Counter) {
	helper.Nap()   // want `Nap blocks the worker: it calls time.Sleep \(helper.go:\d+\)`
	helper.Twice() // want `Twice blocks the worker: it calls Nap`
	helper.Later()
	helper.Size("") // want `the plain call of Size blocks the worker: await its twin SizeAsync`
	helper.SizeAsync("").Await()
	c.Add()
}

func nap() { time.Sleep(1) }

func wait(f rt.Future[int]) { rt.Await(f) }

//async:func
func parts(url string, f rt.Future[int]) {
	func() {
		nap() // want `nap blocks the worker: it calls time.Sleep \(blocking.go:\d+\)`
	}()
	defer nap() // want `nap blocks the worker`
	defer func() {
		time.Sleep(1) // want `time.Sleep blocks the worker`
	}()
	go nap()
	go check(url)
	go func() { nap() }()
	go func(error) {}(check(url)) // want `the plain call of check blocks`
	later := func() { nap() }
	_ = later
	wait(f) // want `wait blocks the worker: it awaits f \(blocking.go:\d+\)`
	rt.Async(func() (int, error) {
		time.Sleep(1) // want `time.Sleep blocks the worker`
		return 0, nil
	}).Await()
}

type client struct{}

//async:func as=Fetch
func (c *client) get(url string) error { return check(url) } // want `the plain call of check`

//async:func dyn
func (c *client) put(url string) error { return c.get(url) } // want `the plain call of get blocks the worker: await its twin Fetch`

//async:func
func methods(c *client) error {
	if err := c.put(""); err != nil { // want `the plain call of put blocks the worker: await its twin putAsync`
		return err
	}
	return (c.get)("") // want `await its twin Fetch`
}

//async:func
func shadowed() {
	rt := 1
	time.Sleep(time.Duration(rt)) // want `time.Sleep blocks the worker`
}

//async:func
func pair[T, U any](t T, u U) (T, U) {
	rt.Yield().Await()
	return t, u
}

type list[T any] struct{ first T }

//async:func
func (l *list[T]) head() T {
	rt.Yield().Await()
	return l.first
}

//async:func
func generics(l *list[int]) int {
	n, _ := pair[int](1, "") // want `the plain call of pair blocks`
	_, m := pair(1, n)       // want `the plain call of pair blocks`
	return m + l.head()      // want `the plain call of head blocks`
}

// A generator is no task: whoever asks for an element waits for it.
//
//async:gen
func elements(c chan int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for yield(<-c) {
		}
	}
}

//async:func
func iterates(c chan int) iter.Seq[int] { return elements(c) }

// Plain functions may block.
func plain(url string, c chan int) {
	nap()
	check(url)
	<-c
}
