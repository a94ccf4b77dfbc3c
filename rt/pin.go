package rt

// A Pin marks a type whose values must not be copied once they are in use. Future types
// embed it as their first field: a future may be moved until its first poll, and never
// after, because wakers, timers and the reactor may then point into it. A copy that the
// mark forbids is reported by go vet.
//
// A Pin has no size and no methods, so that embedding it adds neither to a type. As the
// last field it would cost a word, because Go keeps addresses of zero-sized last fields
// inside the struct; hence the first.
type Pin struct{ _ noCopy }

// noCopy has the methods by which go vet's copylocks check recognises what must not be
// copied. They are never called.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}
