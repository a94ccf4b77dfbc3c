// What a wait and an echo cost without a runtime: the floor that the servers and the
// latencies of ../ are compared with. Built by ../c.go, if there is a C compiler.
//
//	echo                   an echo server: one thread, one epoll, edge-triggered; it takes a
//	                       short read as "would block". The protocol is that of ../process.go
//	echo wake read N       N times: how long from a write to a socket until a thread that
//	                       waits in read has returned, in nanoseconds, a line each
//	echo wake epoll N      the same until a thread that waits in epoll_wait has read
//	echo wake eventfd N    the same from a write to an eventfd until epoll_wait has returned
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void check(int ok, const char *what) {
	if (!ok) {
		perror(what);
		exit(1);
	}
}

// bind_core binds the process to the last core that it may use, if it is to be bound.
static void bind_core(void) {
	cpu_set_t all, one;
	if (!getenv("SOCKETS_BOUND"))
		return;
	check(sched_getaffinity(0, sizeof all, &all) == 0, "sched_getaffinity");
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &all)) {
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
		}
	check(sched_setaffinity(0, sizeof one, &one) == 0, "sched_setaffinity");
}

// listener returns a socket that listens on a free port of loopback, and its address.
static int listener(struct sockaddr_in *addr) {
	socklen_t length = sizeof *addr;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	memset(addr, 0, sizeof *addr);
	addr->sin_family = AF_INET;
	addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	check(bind(fd, (struct sockaddr *)addr, sizeof *addr) == 0, "bind");
	check(listen(fd, 4096) == 0, "listen");
	check(getsockname(fd, (struct sockaddr *)addr, &length) == 0, "getsockname");
	return fd;
}

// watch registers a descriptor.
static void watch(int poll, int fd, uint32_t events) {
	struct epoll_event ev = {.events = events, .data.fd = fd};
	check(epoll_ctl(poll, EPOLL_CTL_ADD, fd, &ev) == 0, "epoll_ctl");
}

// echo sends back what there is. Behind a hang-up it reads to the end.
static void echo(int fd, uint32_t events) {
	static char buf[4096];
	for (;;) {
		ssize_t n = recv(fd, buf, sizeof buf, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0 || send(fd, buf, n, MSG_NOSIGNAL) != n) {
			close(fd);
			return;
		}
		if (n < (ssize_t)sizeof buf && !(events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)))
			return;
	}
}

// serve is the thread of the server.
_Noreturn static void *serve(void *arg) {
	struct epoll_event events[128];
	int one = 1, listening = *(int *)arg, poll = epoll_create1(0);
	watch(poll, listening, EPOLLIN | EPOLLET);
	for (;;) {
		int n = epoll_wait(poll, events, 128, -1);
		for (int i = 0; i < n; i++) {
			if (events[i].data.fd != listening) {
				echo(events[i].data.fd, events[i].events);
				continue;
			}
			for (int fd; (fd = accept4(listening, 0, 0, SOCK_NONBLOCK)) >= 0;) {
				setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
				watch(poll, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
			}
		}
	}
}

// server is the process of the echo server, which answers each line with what it has used.
static int server(void) {
	struct sockaddr_in addr;
	struct rusage used;
	char line[64];
	pthread_t thread;
	static int fd;
	bind_core();
	fd = listener(&addr);
	check(pthread_create(&thread, 0, serve, &fd) == 0, "pthread_create");
	printf("127.0.0.1:%d\n", ntohs(addr.sin_port));
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		getrusage(RUSAGE_SELF, &used);
		printf("%lld 0\n", 1000LL * (used.ru_utime.tv_usec + used.ru_stime.tv_usec +
			1000000LL * (used.ru_utime.tv_sec + used.ru_stime.tv_sec)));
		fflush(stdout);
	}
	return 0;
}

static int64_t now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

// What the two threads of a latency share. The write and the read put their accesses in order.
static struct {
	int from, to, poll, done; // a pair of descriptors, an epoll or -1, an eventfd for the answer
	int64_t sent;
} wake;

static void *woken(void *arg) {
	struct epoll_event ev;
	char buf[64];
	uint64_t took;
	(void)arg;
	for (;;) {
		if (wake.poll >= 0)
			epoll_wait(wake.poll, &ev, 1, -1);
		if (wake.from != wake.to && read(wake.from, buf, sizeof buf) <= 0)
			return 0;
		took = now() - wake.sent + 1;
		if (wake.from == wake.to && read(wake.from, buf, sizeof buf) < 0)
			return 0;
		if (write(wake.done, &took, sizeof took) < 0)
			return 0;
	}
}

static int latency(const char *how, int count) {
	struct sockaddr_in addr;
	struct timespec pause = {0, 1000000};
	int one = 1;
	uint64_t took;
	pthread_t thread;
	wake.done = eventfd(0, 0);
	wake.poll = -1;
	if (strcmp(how, "eventfd") == 0) {
		wake.from = wake.to = eventfd(0, 0);
	} else {
		int listening = listener(&addr);
		wake.to = socket(AF_INET, SOCK_STREAM, 0);
		check(connect(wake.to, (struct sockaddr *)&addr, sizeof addr) == 0, "connect");
		check((wake.from = accept(listening, 0, 0)) >= 0, "accept");
		setsockopt(wake.to, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	}
	if (strcmp(how, "read") != 0) {
		wake.poll = epoll_create1(0);
		watch(wake.poll, wake.from, EPOLLIN);
	}
	check(pthread_create(&thread, 0, woken, 0) == 0, "pthread_create");
	for (int i = 0; i < count; i++) {
		uint64_t value = 1;
		nanosleep(&pause, 0);
		wake.sent = now();
		check(write(wake.to, &value, sizeof value) > 0, "write");
		check(read(wake.done, &took, sizeof took) > 0, "read");
		printf("%lld\n", (long long)took);
	}
	return 0;
}

int main(int argc, char **argv) {
	if (argc == 4 && strcmp(argv[1], "wake") == 0)
		return latency(argv[2], atoi(argv[3]));
	return server();
}
