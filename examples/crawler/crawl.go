package main

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/alock"
)

//go:generate go tool asyncgen

// Limits bound a crawl.
type Limits struct {
	Total   int           // pages that are fetched at the same time
	PerHost int           // of which from one host
	Pages   int           // pages in all
	Depth   int           // links between the first page and the last
	Timeout time.Duration // for one page
}

// A Result is what came of one page.
type Result struct {
	URL    string
	Status int
	Err    error
}

// A crawl is one run of the crawler. Its tasks belong to one runtime with one worker or several, so
// what they share is in mutexes; of these, sync's would do as well for what is not held over an
// await, and alock's are used here to show them.
type crawl struct {
	limits  Limits
	tasks   rt.Group // one for each page
	total   *alock.Semaphore
	hosts   *alock.Mutex[map[string]*alock.Semaphore]
	seen    *alock.Mutex[map[string]bool]
	results *alock.Mutex[[]Result]
}

// Crawl fetches a page and what it links to, and so on, on the hosts that are allowed, within the limits. It
// returns the pages in the order in which they have ended. What is wrong with a page is in its
// result, and no error. When it is canceled, so are all its fetches.
//
//async:func
func Crawl(start string, allowed func(host string) bool, limits Limits) ([]Result, error) {
	first, err := url.Parse(start)
	if err != nil {
		return nil, err
	}
	if limits.Total < 1 || limits.PerHost < 1 {
		return nil, errors.New("crawler: the limits admit no page")
	}
	c := &crawl{
		limits:  limits,
		total:   alock.NewSemaphore(limits.Total),
		hosts:   alock.NewMutex(map[string]*alock.Semaphore{}),
		seen:    alock.NewMutex(map[string]bool{}),
		results: alock.NewMutex[[]Result](nil),
	}
	defer c.tasks.Close().Await()
	if err := c.followAsync(first, allowed, 0).Await(); err != nil {
		return nil, err
	}
	if err := c.tasks.Wait().Await(); err != nil {
		return nil, err
	}
	results, err := c.results.Lock().Await()
	if err != nil {
		return nil, err
	}
	defer results.Unlock()
	return *results.Value(), nil
}

// follow adds a task for a page, unless it was seen before or is not to be fetched at all.
//
//async:func
func (c *crawl) follow(u *url.URL, allowed func(string) bool, depth int) error {
	if u.Scheme != "http" || depth > c.limits.Depth || !allowed(u.Host) {
		return nil
	}
	u.Fragment = ""
	seen, err := c.seen.Lock().Await()
	if err != nil {
		return err
	}
	defer seen.Unlock()
	known := *seen.Value()
	if known[u.String()] || len(known) >= c.limits.Pages {
		return nil
	}
	known[u.String()] = true
	c.tasks.Spawn(c.visitAsync(u, allowed, depth))
	return nil
}

// visit fetches a page and follows its links. It waits for its host's turn first and then for a place among
// all, so that the pages of a slow host, however many wait, take no places from others.
//
//async:func
func (c *crawl) visit(u *url.URL, allowed func(string) bool, depth int) error {
	host, err := c.hostAsync(u.Host).Await()
	if err != nil {
		return err
	}
	turn, err := host.Acquire().Await()
	if err != nil {
		return err
	}
	defer turn.Release()
	place, err := c.total.Acquire().Await()
	if err != nil {
		return err
	}
	defer place.Release()
	p, failed := rt.Timeout(c.limits.Timeout, fetchAsync(u)).Await()
	if errors.Is(failed, rt.ErrStopped) {
		return failed // of this task, not of the page
	}
	results, err := c.results.Lock().Await()
	if err != nil {
		return err
	}
	*results.Value() = append(*results.Value(), Result{u.String(), p.status, failed})
	results.Unlock()
	for _, link := range links(u, p) {
		if err := c.followAsync(link, allowed, depth+1).Await(); err != nil {
			return err
		}
	}
	return nil
}

// host is the semaphore of a host.
//
//async:func
func (c *crawl) host(name string) (*alock.Semaphore, error) {
	hosts, err := c.hosts.Lock().Await()
	if err != nil {
		return nil, err
	}
	defer hosts.Unlock()
	all := *hosts.Value()
	if all[name] == nil {
		all[name] = alock.NewSemaphore(c.limits.PerHost)
	}
	return all[name], nil
}

// href finds links well enough for pages that want to be found.
var href = regexp.MustCompile(`(?i)<a\s[^>]*href\s*=\s*["']?([^"'\s>]+)`)

// links are where a page leads.
func links(from *url.URL, p page) (all []*url.URL) {
	texts := [][]byte{[]byte(p.location)}
	for _, m := range href.FindAllSubmatch(p.html, -1) {
		texts = append(texts, m[1])
	}
	for _, text := range texts {
		if len(text) == 0 {
			continue
		}
		if u, err := from.Parse(string(text)); err == nil {
			all = append(all, u)
		}
	}
	return all
}

// String is a line about a page.
func (r Result) String() string {
	if r.Err != nil {
		return fmt.Sprintf("%s: %v", r.URL, r.Err)
	}
	return fmt.Sprintf("%s: %d", r.URL, r.Status)
}
