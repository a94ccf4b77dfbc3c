package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/afs"
)

//go:generate go tool asyncgen

// A Config is what the file says.
type Config struct {
	Greeting string   `json:"greeting"`
	Every    Duration `json:"every"` // between two greetings
}

// A Duration is written as in "1.5s".
type Duration time.Duration

// UnmarshalText reads a duration. One that is not positive is an error.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err == nil && v <= 0 {
		err = fmt.Errorf("the time %v is not positive", v)
	}
	*d = Duration(v)
	return err
}

// Parse reads a configuration.
func Parse(text []byte) (c Config, err error) {
	if err := json.Unmarshal(text, &c); err != nil {
		return c, err
	}
	if c.Greeting == "" || c.Every == 0 {
		return c, errors.New("greeting and every must be given")
	}
	return c, nil
}

// A Source reads the text of the configuration.
type Source interface {
	ReadAsync() rt.Future[[]byte]
}

// A File is a source. Its method satisfies the interface by the option dyn, which has the
// constructor of the machine return a rt.Future.
type File string

// Read reads the file.
//
//async:func dyn
func (f File) Read() ([]byte, error) {
	return afs.ReadFile(string(f)).Await()
}

// Reload looks at the source at each tick, and sends what it says to the channel when that has
// changed since the last version. What is wrong with a new version is logged, and the old one stays in force: a
// server must not end because somebody has saved half a file. It ends when there is something
// new and nobody to tell it to, or when the task is asked to stop.
//
//async:func
func Reload(log io.Writer, from Source, period time.Duration, last []byte, to *achan.WatchSender[Config]) error {
	defer to.Close()
	tick := rt.NewInterval(period, rt.Skip)
	for {
		if _, err := tick.Tick().Await(); err != nil {
			return err
		}
		text, err := rt.Await(from.ReadAsync())
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) { // between two versions, with some editors
				fmt.Fprintln(log, "watch:", err)
			}
			continue
		}
		if bytes.Equal(text, last) {
			continue
		}
		last = text
		config, err := Parse(text)
		if err != nil {
			fmt.Fprintln(log, "watch: the old configuration stays:", err)
			continue
		}
		if err := to.Send(config); err != nil {
			return nil // nobody is there any more
		}
	}
}

// Greet writes a greeting at regular times, as the newest configuration says. It waits for the time
// and for a change at once, so that a new configuration is in force at once and not after
// the next greeting.
//
//async:func
func Greet(out io.Writer, configs *achan.WatchReceiver[Config]) error {
	defer configs.Close()
	config, err := configs.Recv().Await()
	if err != nil {
		return err
	}
	next := rt.Now()
	for {
		r := rt.Select2Biased(configs.Recv(), rt.SleepUntil(next)).Await()
		switch {
		case r.Index == 0 && errors.Is(r.A.Err, achan.ErrClosed):
			return nil
		case r.Index == 0 && r.A.Err != nil:
			return r.A.Err
		case r.Index == 0:
			config = r.A.Value
			next = rt.Now()
		case r.B.Err != nil:
			return r.B.Err
		default:
			if _, err := fmt.Fprintln(out, config.Greeting); err != nil {
				return err
			}
			next = next.Add(time.Duration(config.Every))
		}
	}
}
