// Package store keeps the data of a server: databases of keys with values of several types, some
// of which end at a time. It knows no protocol, no network and no clock: now is an argument, in
// milliseconds since 1970.
//
// Nothing here is safe for several goroutines. The server has one lock for all of it, which it
// holds for the commands of a pipeline, and nothing here ever waits.
package store

// Databases is how many databases there are.
const Databases = 16

// A Store is a set of databases.
type Store struct {
	DBs [Databases]DB
}

// New returns an empty Store.
func New() *Store {
	s := &Store{}
	for i := range s.DBs {
		s.DBs[i].reset()
	}
	return s
}

// FlushAll empties all databases.
func (s *Store) FlushAll() {
	for i := range s.DBs {
		s.DBs[i].reset()
	}
}

// Next returns when the next key ends.
func (s *Store) Next() (at int64, ok bool) {
	for i := range s.DBs {
		if q := s.DBs[i].ends; len(q) > 0 && (!ok || q[0].ends < at) {
			at, ok = q[0].ends, true
		}
	}
	return at, ok
}

// Expire removes keys that have ended, at most limit of them, and returns how many.
func (s *Store) Expire(now int64, limit int) (n int) {
	for i := range s.DBs {
		db := &s.DBs[i]
		for n < limit && len(db.ends) > 0 && db.ends[0].ends <= now {
			db.remove(db.ends[0])
			n++
		}
	}
	return n
}

// An Entry is a key and its value.
type Entry struct {
	Key string
	// Value is one of *String, *List, *Hash, *Set and *SortedSet, and never empty, except for a
	// string.
	Value Value
	place int   // in DB.dense
	ends  int64 // when, if it does
	turn  int   // in DB.ends, counted from 1; 0: it does not end
}

// A Value is what a key can have.
type Value interface {
	// Type is its name in the protocol.
	Type() string
	// Len returns the number of its elements, or bytes.
	Len() int
}

// A String is a value of bytes.
type String struct{ Bytes []byte }

// Type is "string".
func (*String) Type() string { return "string" }

// Len returns the number of bytes.
func (s *String) Len() int { return len(s.Bytes) }

// A DB is a database.
type DB struct {
	index map[string]*Entry
	// dense is all entries, without gaps, so that Scan has a place to go on at.
	dense []*Entry
	ends  endHeap
}

func (db *DB) reset() { *db = DB{index: make(map[string]*Entry)} }

// Len returns the number of keys, those included that have ended and were not removed yet.
func (db *DB) Len() int { return len(db.dense) }

// Ending returns how many of them end at some time.
func (db *DB) Ending() int { return len(db.ends) }

// Get returns the entry of a key, or nil. One that has ended is removed first.
func (db *DB) Get(key []byte, now int64) *Entry {
	e := db.index[string(key)]
	if e != nil && e.turn != 0 && e.ends <= now {
		db.remove(e)
		return nil
	}
	return e
}

// Put gives a key a value. If it had one, that is replaced, and with it when it ends.
func (db *DB) Put(key []byte, v Value) *Entry {
	if e := db.index[string(key)]; e != nil {
		db.Persist(e)
		e.Value = v
		return e
	}
	e := &Entry{Key: string(key), Value: v, place: len(db.dense)}
	db.index[e.Key] = e
	db.dense = append(db.dense, e)
	return e
}

// Delete removes a key, and reports whether it was there.
func (db *DB) Delete(key []byte, now int64) bool {
	e := db.Get(key, now)
	if e != nil {
		db.remove(e)
	}
	return e != nil
}

// Trim removes an entry whose value has become empty.
func (db *DB) Trim(e *Entry) {
	if e.Value.Len() == 0 {
		db.remove(e)
	}
}

// remove removes an entry. The last one takes its place in dense.
func (db *DB) remove(e *Entry) {
	db.Persist(e)
	delete(db.index, e.Key)
	last := db.dense[len(db.dense)-1]
	db.dense[e.place] = last
	last.place = e.place
	db.dense[len(db.dense)-1] = nil
	db.dense = db.dense[:len(db.dense)-1]
}

// Scan calls f for up to count entries, and returns the cursor to go on with, 0 at the end. It
// begins with 0.
//
// The cursor is how many entries were not visited yet, and they are visited from the last to
// the first. New entries come behind all others, and an entry that is moved into a gap comes
// from the end as well. So whatever is there from the first call to the last is visited,
// some things twice.
func (db *DB) Scan(cursor uint64, count int, f func(*Entry)) uint64 {
	rest := uint64(len(db.dense))
	if cursor != 0 {
		rest = min(rest, cursor)
	}
	for ; rest > 0 && count > 0; count-- {
		rest--
		f(db.dense[rest])
	}
	return rest
}

// Live reports whether an entry has not ended.
func (e *Entry) Live(now int64) bool { return e.turn == 0 || e.ends > now }
