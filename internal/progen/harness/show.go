package harness

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	"github.com/asyncgen/asyncgen/rt"
)

// showDepth is how many pointers deep [Show] looks: values may be cyclic.
const showDepth = 4

// Show gives a text of v that depends on nothing but its contents: pointers are followed
// instead of printed, functions and channels show only whether they are nil.
func Show(v any) string {
	var b strings.Builder
	show(&b, reflect.ValueOf(v), showDepth)
	return b.String()
}

func show(b *strings.Builder, v reflect.Value, depth int) {
	if !v.IsValid() {
		b.WriteString("nil")
		return
	}
	if v.CanInterface() {
		if err, ok := v.Interface().(error); ok && (v.Kind() != reflect.Pointer || !v.IsNil()) {
			fmt.Fprintf(b, "error(%s)", showError(err))
			return
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		showPointer(b, v, depth)
	case reflect.Interface:
		show(b, v.Elem(), depth)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[leaf]() { // it counts polls
			b.WriteString("leaf")
			return
		}
		b.WriteByte('{')
		for i := range v.NumField() {
			if i > 0 {
				b.WriteByte(' ')
			}
			show(b, v.Field(i), depth)
		}
		b.WriteByte('}')
	case reflect.Slice, reflect.Array:
		showList(b, v, depth)
	case reflect.Map:
		showMap(b, v, depth)
	case reflect.Func:
		b.WriteString(nilOr(v, "func"))
	case reflect.Chan:
		if v.IsNil() {
			b.WriteString("nil chan")
			return
		}
		fmt.Fprintf(b, "chan %d/%d", v.Len(), v.Cap())
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		fmt.Fprint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		fmt.Fprintf(b, "%du", v.Uint())
	case reflect.Float32, reflect.Float64:
		fmt.Fprintf(b, "%gf", v.Float())
	case reflect.Bool:
		fmt.Fprint(b, v.Bool())
	default:
		fmt.Fprintf(b, "<%s>", v.Kind())
	}
}

// showError is the text of an error without the addresses that the text of a panic may contain.
func showError(err error) string {
	switch e := err.(type) {
	case *rt.PanicError:
		return "task panicked: " + showPanic(e.Value)
	case interface{ Unwrap() []error }:
		return Show(e.Unwrap())
	}
	return message(err)
}

func showPointer(b *strings.Builder, v reflect.Value, depth int) {
	switch {
	case v.IsNil():
		b.WriteString("nil")
	case depth == 0:
		b.WriteString("&…")
	default:
		b.WriteByte('&')
		show(b, v.Elem(), depth-1)
	}
}

func showList(b *strings.Builder, v reflect.Value, depth int) {
	if v.Kind() == reflect.Slice && v.IsNil() {
		b.WriteString("nil[]")
		return
	}
	b.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			b.WriteByte(' ')
		}
		show(b, v.Index(i), depth)
	}
	b.WriteByte(']')
}

func showMap(b *strings.Builder, v reflect.Value, depth int) {
	if v.IsNil() {
		b.WriteString("nil map")
		return
	}
	var entries []string
	for it := v.MapRange(); it.Next(); {
		var e strings.Builder
		show(&e, it.Key(), depth)
		e.WriteByte(':')
		show(&e, it.Value(), depth)
		entries = append(entries, e.String())
	}
	sort.Strings(entries)
	fmt.Fprintf(b, "map[%s]", strings.Join(entries, " "))
}

func nilOr(v reflect.Value, text string) string {
	if v.IsNil() {
		return "nil " + text
	}
	return text
}
