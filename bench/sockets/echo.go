//go:build linux

package main

import (
	"fmt"
	"slices"
	"time"
)

// echo prints the first figure.
func echo(rounds int, turn time.Duration) error {
	const connections = 50
	load, err := startClients(true)
	if err != nil {
		return err
	}
	defer load.stop()
	costs := make([][]float64, len(servers))
	running := make([]*process, len(servers))
	addrs := make([]string, len(servers))
	for i, s := range servers {
		if running[i], err = s.start(1, true); err != nil {
			return err
		}
		defer running[i].stop()
		if err := running[i].answer(&addrs[i]); err != nil {
			return err
		}
	}
	for round := range rounds + 1 {
		for i := range servers {
			var before, after, requests, rss int64
			if err := running[i].ask("usage", &before, &rss); err != nil {
				return err
			}
			if err := load.ask(fmt.Sprintf("echo %s %d %d", addrs[i], connections, turn), &requests); err != nil {
				return err
			}
			if err := running[i].ask("usage", &after, &rss); err != nil {
				return err
			}
			if round > 0 { // the first is to warm up
				costs[i] = append(costs[i], float64(after-before)/float64(requests))
			}
		}
	}
	fmt.Printf("echo, %d connections, 64 bytes: processor time of the server per request\n", connections)
	for i, s := range servers {
		ratios := make([]float64, rounds)
		for round := range ratios {
			ratios[round] = costs[i][round] / costs[len(servers)-1][round]
		}
		slices.Sort(costs[i])
		slices.Sort(ratios)
		fmt.Printf("\t%-8s %.2f µs (%.2f to %.2f), to net %.2f (%.2f to %.2f)\n", s.name,
			costs[i][rounds/2]/1e3, costs[i][rounds/10]/1e3, costs[i][rounds-1-rounds/10]/1e3,
			ratios[rounds/2], ratios[rounds/10], ratios[rounds-1-rounds/10])
	}
	return nil
}
