package store

import (
	"cmp"
	"math/rand/v2"
)

// A SortedSet is a set of strings with scores, in the order of the scores, and of the strings
// where these are equal. It is a skip list (W. Pugh, 1990): a linked list with lanes above it
// that leave out ever more elements. Each link knows how many elements it passes, so that the
// n-th is found as fast as any.
type SortedSet struct {
	scores map[string]float64
	head   Member // before the first
	lanes  int    // how many are in use
}

const maxLanes = 32

// A Member is an element of a SortedSet.
type Member struct {
	Name  string
	Score float64
	links []link  // one for each lane that has it
	prev  *Member // nil in the first
}

// A link leads to the next element in a lane.
type link struct {
	to   *Member
	span int // how many places further that is; to the end, if to is nil
}

// NewSortedSet returns an empty set.
func NewSortedSet() *SortedSet {
	return &SortedSet{
		scores: make(map[string]float64),
		head:   Member{links: make([]link, maxLanes)},
		lanes:  1,
	}
}

// Type is "zset".
func (*SortedSet) Type() string { return "zset" }

// Len returns the number of elements.
func (s *SortedSet) Len() int { return len(s.scores) }

// Score returns the score of a member.
func (s *SortedSet) Score(name []byte) (score float64, ok bool) {
	score, ok = s.scores[string(name)]
	return score, ok
}

// Set gives a member a score, and reports whether it is new.
func (s *SortedSet) Set(name string, score float64) bool {
	old, ok := s.scores[name]
	if ok {
		if old == score {
			return false
		}
		s.unlink(name, old)
	}
	s.scores[name] = score
	s.insert(name, score)
	return !ok
}

// before reports whether m comes before a member of that name and score.
func (m *Member) before(name string, score float64) bool {
	return cmp.Or(cmp.Compare(m.Score, score), cmp.Compare(m.Name, name)) < 0
}

// path finds, for each lane, the last element before the place of a member, and where it is,
// counted from 1; the head is at 0.
func (s *SortedSet) path(name string, score float64) (at [maxLanes]*Member, rank [maxLanes]int) {
	m, r := &s.head, 0
	for i := s.lanes - 1; i >= 0; i-- {
		for m.links[i].to != nil && m.links[i].to.before(name, score) {
			r += m.links[i].span
			m = m.links[i].to
		}
		at[i], rank[i] = m, r
	}
	return at, rank
}

// insert links a member that is not there.
func (s *SortedSet) insert(name string, score float64) {
	at, rank := s.path(name, score)
	height := 1
	for height < maxLanes && rand.Uint32()%4 == 0 {
		height++
	}
	for ; s.lanes < height; s.lanes++ {
		at[s.lanes] = &s.head
		s.head.links[s.lanes] = link{nil, len(s.scores) - 1}
	}
	m := &Member{Name: name, Score: score, links: make([]link, height)}
	if at[0] != &s.head {
		m.prev = at[0]
	}
	for i := range s.lanes {
		l := &at[i].links[i]
		if i >= height {
			l.span++
			continue
		}
		passed := rank[0] - rank[i]
		m.links[i] = link{l.to, l.span - passed}
		*l = link{m, passed + 1}
	}
	if next := m.links[0].to; next != nil {
		next.prev = m
	}
}

// unlink removes a member that is there.
func (s *SortedSet) unlink(name string, score float64) {
	at, _ := s.path(name, score)
	m := at[0].links[0].to
	for i := range s.lanes {
		l := &at[i].links[i]
		if l.to == m {
			*l = link{m.links[i].to, l.span + m.links[i].span - 1}
		} else {
			l.span--
		}
	}
	if next := m.links[0].to; next != nil {
		next.prev = m.prev
	}
	for s.lanes > 1 && s.head.links[s.lanes-1].to == nil {
		s.lanes--
	}
}

// At returns the element at a place, counted from 0, or nil.
func (s *SortedSet) At(place int) *Member {
	if place < 0 || place >= s.Len() {
		return nil
	}
	m, left := &s.head, place+1
	for i := s.lanes - 1; i >= 0; i-- {
		for m.links[i].to != nil && m.links[i].span <= left {
			left -= m.links[i].span
			m = m.links[i].to
		}
	}
	return m
}

// First returns the first element for which the condition is false, or nil: those for which it
// is true must come before all others.
func (s *SortedSet) First(skip func(m *Member) bool) *Member { return s.last(skip).links[0].to }

// Last returns the last element for which the condition is true, or nil.
func (s *SortedSet) Last(take func(m *Member) bool) *Member {
	if m := s.last(take); m != &s.head {
		return m
	}
	return nil
}

func (s *SortedSet) last(pass func(m *Member) bool) *Member {
	m := &s.head
	for i := s.lanes - 1; i >= 0; i-- {
		for m.links[i].to != nil && pass(m.links[i].to) {
			m = m.links[i].to
		}
	}
	return m
}

// Next returns the element behind m, or nil.
func (m *Member) Next() *Member { return m.links[0].to }

// Prev returns the element before m, or nil.
func (m *Member) Prev() *Member { return m.prev }
