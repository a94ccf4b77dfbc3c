package rt

import "reflect"

// A MapRange is a range over a map that can be suspended between two elements. It sees the
// map as the range statement does: an entry that is removed before it was reached does not
// come up, one that is added may, a key that is not equal to itself (NaN) comes up with its
// value, and the order is random. Looking up the keys of a copy would get all of these
// wrong. Only generated code uses it.
type MapRange[K, V any] struct {
	Pin   // keyTo and valueTo point into it
	iter  *reflect.MapIter
	key   K
	value V
	// keyTo and valueTo are key and value as reflection sees them.
	keyTo, valueTo reflect.Value
}

// RangeMap begins a range over m, which may be nil.
func RangeMap[M ~map[K]V, K comparable, V any](m M) *MapRange[K, V] {
	r := &MapRange[K, V]{iter: reflect.ValueOf(m).MapRange()}
	r.keyTo = reflect.ValueOf(&r.key).Elem()
	r.valueTo = reflect.ValueOf(&r.value).Elem()
	return r
}

// Next goes on to the next entry and reports whether there is one.
func (r *MapRange[K, V]) Next() bool {
	if !r.iter.Next() {
		return false
	}
	r.keyTo.SetIterKey(r.iter)
	r.valueTo.SetIterValue(r.iter)
	return true
}

// Key returns the key of the present entry.
func (r *MapRange[K, V]) Key() K { return r.key }

// Value returns the value that the present entry had when Next reached it.
func (r *MapRange[K, V]) Value() V { return r.value }
