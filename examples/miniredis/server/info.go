package server

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// infoSections are what INFO tells, in this order.
var infoSections = []struct {
	name string
	text func(s *Server) string
}{
	{"Server", func(s *Server) string {
		port := ""
		if s.listener != nil {
			_, port, _ = strings.Cut(s.listener.Addr().String(), "]:")
			if port == "" {
				_, port, _ = strings.Cut(s.listener.Addr().String(), ":")
			}
		}
		return lines("redis_version:"+version, "redis_mode:standalone", "os:"+runtime.GOOS+" "+runtime.GOARCH,
			fmt.Sprintf("process_id:%d", os.Getpid()), "tcp_port:"+port,
			fmt.Sprintf("uptime_in_seconds:%d", int(time.Since(s.begun).Seconds())))
	}},
	{"Clients", func(s *Server) string {
		return lines(fmt.Sprintf("connected_clients:%d", len(s.clients)), fmt.Sprintf("maxclients:%d", s.options.MaxClients))
	}},
	{"Stats", func(s *Server) string {
		return lines(fmt.Sprintf("total_connections_received:%d", s.stats.connections),
			fmt.Sprintf("total_commands_processed:%d", s.stats.commands),
			fmt.Sprintf("rejected_connections:%d", s.stats.rejected),
			fmt.Sprintf("expired_keys:%d", s.stats.expired),
			fmt.Sprintf("client_output_buffer_limit_disconnections:%d", s.stats.cutOff),
			fmt.Sprintf("pubsub_channels:%d", len(s.topics.channels)),
			fmt.Sprintf("pubsub_patterns:%d", len(s.topics.patterns)))
	}},
	{"Keyspace", func(s *Server) (text string) {
		for i := range s.store.DBs {
			if db := &s.store.DBs[i]; db.Len() > 0 {
				text += lines(fmt.Sprintf("db%d:keys=%d,expires=%d,avg_ttl=0", i, db.Len(), db.Ending()))
			}
		}
		return text
	}},
}

func lines(all ...string) string { return strings.Join(all, "\r\n") + "\r\n" }

func info(x *call) {
	wanted := func(section string) bool {
		return len(x.args) == 1 || slices.ContainsFunc(x.args[1:], func(a []byte) bool {
			return is(a, strings.ToLower(section)) || is(a, "all") || is(a, "default") || is(a, "everything")
		})
	}
	var parts []string
	for _, section := range infoSections {
		if wanted(section.name) {
			parts = append(parts, "# "+section.name+"\r\n"+section.text(x.srv))
		}
	}
	x.out.Verbatim(strings.Join(parts, "\r\n"))
}
