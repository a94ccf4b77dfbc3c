package twin

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

var frames = map[string][]reflect.Type{}

// RegisterFrames adds the types of machines to a group, for [Frames].
func RegisterFrames(name string, types ...reflect.Type) {
	frames[name] = append(frames[name], types...)
}

// Frames writes a line for each machine of a group: the name of its type without type
// arguments, its size in bytes, and the sizes of its fields.
func Frames(w io.Writer, name string) {
	for _, t := range frames[name] {
		base, _, _ := strings.Cut(t.Name(), "[")
		fmt.Fprint(w, base, " ", t.Size())
		for i := range t.NumField() {
			fmt.Fprint(w, " ", t.Field(i).Type.Size())
		}
		fmt.Fprintln(w)
	}
}
