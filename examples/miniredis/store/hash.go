package store

import "slices"

// A Hash is a set of fields with values, in the order in which they came.
type Hash struct {
	index  map[string]int
	fields []Field
}

// A Field is a name with a value.
type Field struct {
	Name  string
	Value []byte
}

// Type is "hash".
func (*Hash) Type() string { return "hash" }

// Len returns the number of fields.
func (h *Hash) Len() int { return len(h.fields) }

// Set sets a field, and reports whether it is new. The hash keeps the value.
func (h *Hash) Set(name, value []byte) bool {
	if i, ok := h.index[string(name)]; ok {
		h.fields[i].Value = value
		return false
	}
	if h.index == nil {
		h.index = make(map[string]int)
	}
	h.index[string(name)] = len(h.fields)
	h.fields = append(h.fields, Field{string(name), value})
	return true
}

// Get returns a field.
func (h *Hash) Get(name []byte) (value []byte, ok bool) {
	i, ok := h.index[string(name)]
	if !ok {
		return nil, false
	}
	return h.fields[i].Value, true
}

// Fields returns all fields, which must not be changed.
func (h *Hash) Fields() []Field { return h.fields }

// A Set is a set of strings.
type Set struct {
	members map[string]struct{}
}

// Type is "set".
func (*Set) Type() string { return "set" }

// Len returns the number of members.
func (s *Set) Len() int { return len(s.members) }

// Add adds a member, and reports whether it is new.
func (s *Set) Add(member []byte) bool {
	if _, ok := s.members[string(member)]; ok {
		return false
	}
	if s.members == nil {
		s.members = make(map[string]struct{})
	}
	s.members[string(member)] = struct{}{}
	return true
}

// Members returns the members in order.
func (s *Set) Members() []string {
	all := make([]string, 0, len(s.members))
	for m := range s.members {
		all = append(all, m)
	}
	slices.Sort(all)
	return all
}
