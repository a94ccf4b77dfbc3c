package compat

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/miniredis/server"
	"github.com/redis/go-redis/v9"
)

// connect starts a server and returns a client of it.
func connect(t *testing.T, protocol int) *redis.Client {
	t.Helper()
	s, err := server.Start("127.0.0.1:0", server.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(&redis.Options{Addr: s.Addr().String(), Protocol: protocol})
	t.Cleanup(func() {
		c.Close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return c
}

// both runs a test with RESP2 and RESP3.
func both(t *testing.T, test func(t *testing.T, c *redis.Client)) {
	for _, protocol := range []int{2, 3} {
		t.Run(strconv.Itoa(protocol), func(t *testing.T) { test(t, connect(t, protocol)) })
	}
}

// check checks the result of a command.
func check[T comparable](t *testing.T, got T, err error, want T) {
	t.Helper()
	if got != want || err != nil {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

func TestTypes(t *testing.T) {
	both(t, func(t *testing.T, c *redis.Client) {
		ctx := context.Background()
		check(t, c.Ping(ctx).Val(), nil, "PONG")
		if err := c.Set(ctx, "a", "1", time.Hour).Err(); err != nil {
			t.Error(err)
		}
		v, err := c.Get(ctx, "a").Result()
		check(t, v, err, "1")
		if _, err := c.Get(ctx, "nosuch").Result(); err != redis.Nil {
			t.Errorf("Get of nothing: %v", err)
		}
		n, err := c.Incr(ctx, "a").Result()
		check(t, n, err, 2)
		d, err := c.TTL(ctx, "a").Result()
		check(t, d, err, time.Hour)
		if err := c.SetArgs(ctx, "a", "3", redis.SetArgs{Mode: "NX"}).Err(); err != redis.Nil {
			t.Errorf("Set of what is there: %v", err)
		}

		c.RPush(ctx, "l", "x", "y", "z")
		list, err := c.LRange(ctx, "l", 0, -1).Result()
		check(t, slices.Equal(list, []string{"x", "y", "z"}), err, true)
		c.HSet(ctx, "h", map[string]any{"f": "1", "g": "2"})
		m, err := c.HGetAll(ctx, "h").Result()
		check(t, m["f"]+m["g"], err, "12")
		c.SAdd(ctx, "s", "m", "n", "m")
		set, err := c.SMembers(ctx, "s").Result()
		slices.Sort(set)
		check(t, slices.Equal(set, []string{"m", "n"}), err, true)
		c.ZAdd(ctx, "z", redis.Z{Score: 2, Member: "b"}, redis.Z{Score: 1.5, Member: "a"})
		zs, err := c.ZRangeWithScores(ctx, "z", 0, -1).Result()
		check(t, slices.Equal(zs, []redis.Z{{Score: 1.5, Member: "a"}, {Score: 2, Member: "b"}}), err, true)
		if err := c.LPush(ctx, "a", "x").Err(); err == nil {
			t.Error("LPush to a string works")
		}
		kind, err := c.Type(ctx, "z").Result()
		check(t, kind, err, "zset")
		info, err := c.Command(ctx).Result()
		check(t, info["get"] != nil && info["get"].ReadOnly, err, true)
	})
}

func TestScan(t *testing.T) {
	both(t, func(t *testing.T, c *redis.Client) {
		ctx := context.Background()
		for i := range 1000 {
			c.Set(ctx, "k"+strconv.Itoa(i), i, 0)
		}
		seen := make(map[string]bool)
		iter := c.Scan(ctx, 0, "k*", 7).Iterator()
		for iter.Next(ctx) {
			seen[iter.Val()] = true
			c.Del(ctx, "k"+strconv.Itoa(2*len(seen))) // what is there all the time is found
		}
		for i := 1; i < 1000; i += 2 {
			if !seen["k"+strconv.Itoa(i)] {
				t.Fatalf("k%d is not found", i)
			}
		}
	})
}

func TestPipeline(t *testing.T) {
	both(t, func(t *testing.T, c *redis.Client) {
		ctx := context.Background()
		cmds, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
			for range 10_000 {
				p.Incr(ctx, "n")
			}
			return nil
		})
		check(t, cmds[9_999].(*redis.IntCmd).Val(), err, 10_000)
		cmds, err = c.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.Set(ctx, "a", "1", 0)
			p.Get(ctx, "a")
			return nil
		})
		check(t, cmds[1].(*redis.StringCmd).Val(), err, "1")
	})
}

func TestConcurrent(t *testing.T) {
	both(t, func(t *testing.T, c *redis.Client) {
		ctx := context.Background()
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				for range 100 {
					if err := c.Incr(ctx, "n").Err(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		n, err := c.Get(ctx, "n").Int()
		check(t, n, err, 5000)
	})
}

func TestPubSub(t *testing.T) {
	both(t, func(t *testing.T, c *redis.Client) {
		ctx := context.Background()
		sub := c.Subscribe(ctx, "a", "b")
		defer sub.Close()
		for range 2 {
			if _, err := sub.Receive(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if err := sub.PSubscribe(ctx, "x*"); err != nil {
			t.Fatal(err)
		}
		if _, err := sub.Receive(ctx); err != nil {
			t.Fatal(err)
		}
		if err := sub.Ping(ctx, "hi"); err != nil {
			t.Fatal(err)
		}
		if m, err := sub.Receive(ctx); err != nil || m.(*redis.Pong).Payload != "hi" {
			t.Errorf("%v, %v", m, err)
		}
		for _, channel := range []string{"a", "xyz"} {
			n, err := c.Publish(ctx, channel, "text").Result()
			check(t, n, err, 1)
			m, err := sub.ReceiveMessage(ctx)
			if err != nil || m.Channel != channel || m.Payload != "text" {
				t.Errorf("%v, %v", m, err)
			}
		}
	})
}

// A wrong use is an error of the server, and the connection goes on.
func TestErrors(t *testing.T) {
	c := connect(t, 3)
	ctx := context.Background()
	var e redis.Error
	if err := c.Do(ctx, "NOSUCH").Err(); !errors.As(err, &e) {
		t.Errorf("%v", err)
	}
	check(t, c.Ping(ctx).Val(), nil, "PONG")
}
