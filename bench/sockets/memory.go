//go:build linux

package main

import "fmt"

// memory prints the second figure.
func memory(connections int) error {
	fmt.Printf("%d silent connections: resident memory of the server for each\n", connections)
	for _, s := range servers {
		if s.serve == nil {
			continue // it keeps nothing
		}
		each, err := memoryOf(s, connections)
		if err != nil {
			return err
		}
		fmt.Printf("\t%-8s %d bytes\n", s.name, each)
	}
	return nil
}

func memoryOf(s server, connections int) (int64, error) {
	p, err := s.start(1, false)
	if err != nil {
		return 0, err
	}
	defer p.stop()
	var addr string
	if err := p.answer(&addr); err != nil {
		return 0, err
	}
	load, err := startClients(false)
	if err != nil {
		return 0, err
	}
	defer load.stop()
	var before, after, cpu, count int64
	// A few first, so that what a server needs once is there.
	if err := load.ask(fmt.Sprintf("open %s %d", addr, 100), &count); err != nil {
		return 0, err
	}
	if err := p.ask("usage", &cpu, &before); err != nil {
		return 0, err
	}
	if err := load.ask(fmt.Sprintf("open %s %d", addr, connections-100), &count); err != nil {
		return 0, err
	}
	if err := p.ask("usage", &cpu, &after); err != nil {
		return 0, err
	}
	return (after - before) / (count - 100), nil
}
