package server

import (
	"io"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/miniredis/store"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

//go:generate go tool asyncgen

// simulate connects to a server in memory, sends the parts of a stream with a pause after each in
// which the server does all that it can do, and returns what has come back. The clock is the
// runtime's, which in a simulation stands still while anybody has something to do: so the parts
// are not joined on the way, whatever the order of the tasks.
//
//async:func
func simulate(s *Server, parts []string) (reply string, err error) {
	mine, other := aio.Pipe(1 << 20)
	task := rt.Spawn(s.ServeConnAsync(other))
	for _, p := range parts {
		if _, err := aio.WriteAll(mine, []byte(p)).Await(); err != nil {
			break // the server has had enough
		}
		rt.Sleep(time.Millisecond).Await()
	}
	mine.CloseWrite()
	buf := make([]byte, 1<<20)
	n, err := aio.ReadFull(mine, buf).Await()
	if err == io.ErrUnexpectedEOF || err == io.EOF {
		err = nil
	}
	task.Await()
	mine.Close()
	return string(buf[:n]), err
}

// cutStream has commands of all sorts, and something that is none at the end.
var cutStream = pipeline("SET a 1\nINCR a\nMULTI\nGET a\nLPUSH l x\nEXEC\nSUBSCRIBE c\nPING\nUNSUBSCRIBE\nHSET h f v\nHGETALL h") +
	"ECHO \"a b\"\r\n\r\n*0\r\nget a\n*2\r\n$4\r\nECHO\r\n$0\r\n\r\n*2\r\n$3\r\nGET\r\n:1\r\nPING\r\n"

// TestEveryCut cuts a pipeline at every byte, and the server must answer as Redis does to the whole
// of it.
func TestEveryCut(t *testing.T) {
	network, addr := redisServer(t)
	want := talk(t, network, addr, cutStream)
	seed := rand.Uint64()
	var single []string
	for i := range len(cutStream) {
		single = append(single, cutStream[i:i+1])
		check(t, seed+uint64(i), want, cutStream[:i], cutStream[i:])
	}
	check(t, seed, want, single...)
}

func check(t *testing.T, seed uint64, want string, parts ...string) {
	t.Helper()
	rttest.Run(t, seed, func() *compareFuture { return compareAsync(t, want, parts) })
}

//async:func
func compare(t *testing.T, want string, parts []string) error {
	got, err := simulateAsync(New(Options{}), parts).Await()
	if got != want {
		t.Errorf("%q and %d more\n%s", parts[0], len(parts)-1, difference(want, got))
	}
	return err
}

// expiring sets keys that end and looks whether they do, by themselves: nobody asks for them.
//
//async:func
func expiring(t *testing.T, seed uint64) error {
	s := New(Options{})
	task := rt.Spawn(s.ExpireAsync())
	defer task.Cancel()
	r := rand.New(rand.NewPCG(seed, 0))
	text, last := "SET stays 1\n", 0
	for i := range 600 {
		ms := 1 + r.IntN(100_000)
		last = max(last, ms)
		text += "SET " + string(rune('a'+i%26)) + string(rune('a'+i/26)) + " x PX " + strconv.Itoa(ms) + "\n"
	}
	if _, err := simulateAsync(s, []string{pipeline(text)}).Await(); err != nil {
		return err
	}
	for left := 600; left > 0; {
		now := left
		if at, ok := nextEnd(s); ok {
			rt.SleepUntil(time.UnixMilli(at)).Await()
			rt.Sleep(time.Millisecond).Await()
			now = keysIn(s) - 1
		}
		if now >= left {
			t.Errorf("%d keys are left, and none ends", now)
			break
		}
		left = now
	}
	if n := keysIn(s); n != 1 {
		t.Errorf("%d keys are left", n)
	}
	return nil
}

// nextEnd returns when the next key ends.
func nextEnd(s *Server) (at int64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.Next()
}

// keysIn returns how many keys are in the first database.
func keysIn(s *Server) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var db *store.DB = &s.store.DBs[0]
	return db.Len()
}

func TestExpire(t *testing.T) {
	for seed := range uint64(5) {
		rttest.Run(t, seed, func() *expiringFuture { return expiringAsync(t, seed) })
	}
}
