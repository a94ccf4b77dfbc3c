package parse

import (
	"go/token"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// suffixes are what names of a twin end in, by the verb of its directive: the constructor
// and the type of the machine.
var suffixes = map[string][2]string{
	"func":   {"Async", "Future"},
	"gen":    {"Pull", "Iter"},
	"stream": {"Stream", "Iter"},
}

// twinNames gives the names of the twin of a function, or of a method if recv is the
// name of its receiver's base type. A non-empty as is the directive option.
//
// A machine's type is exported only where both the receiver type and the method are,
// because its name starts with the receiver type's.
func twinNames(verb, recv, name, as string) Names {
	suffix := suffixes[verb]
	n := Names{Func: name, Constructor: name + suffix[0]}
	base := name
	if recv != "" {
		n.Func = recv + "." + name
		base = recv + UpperFirst(name)
		if !token.IsExported(name) {
			base = LowerFirst(base)
		}
	}
	if as != "" {
		n.Constructor, base = as, as
	}
	n.Base, n.Future, n.Result = base, base+suffix[1], base+"Result"
	return n
}

// literalNames gives the names of the index'th awaiting literal of a function. They are
// unexported, whatever the function is: nobody but the function's machine uses them.
func literalNames(parent Names, index int, taken func(string) bool) Names {
	suffix := "Func" + strconv.Itoa(index)
	base := LowerFirst(parent.Base) + suffix
	for taken(base+"Future") || taken(base+"Result") {
		base += "_"
	}
	return Names{
		Func:   parent.Func + ".func" + strconv.Itoa(index),
		Base:   base,
		Future: base + "Future",
		Result: base + "Result",
	}
}

// ResultFields gives the names of the fields of a generated result struct for values of
// the given names ("" and "_" where they have none). The name of a field is that of its
// value, exported, or R and its index where that cannot be or is taken.
func ResultFields(names []string) []string {
	fields := make([]string, len(names))
	taken := make(map[string]bool)
	for i, name := range names {
		f := UpperFirst(name)
		if token.IsExported(f) && !taken[f] {
			fields[i] = f
			taken[f] = true
		}
	}
	for i := range fields {
		if fields[i] != "" {
			continue
		}
		f := "R" + strconv.Itoa(i)
		for taken[f] {
			f += "_"
		}
		fields[i] = f
		taken[f] = true
	}
	return fields
}

// runByGoTest reports whether go test takes a function of this name, in a test file, for
// one that it must run, and refuses it unless it has the signature of one.
func runByGoTest(name string) bool {
	for _, prefix := range []string{"Test", "Benchmark", "Fuzz", "Example"} {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		r, _ := utf8.DecodeRuneInString(rest)
		return rest == "" || !unicode.IsLower(r)
	}
	return false
}

// UpperFirst gives s with its first letter in upper case.
func UpperFirst(s string) string { return mapFirst(s, unicode.ToUpper) }

// LowerFirst gives s with its first letter in lower case.
func LowerFirst(s string) string { return mapFirst(s, unicode.ToLower) }

func mapFirst(s string, f func(rune) rune) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(f(r)) + s[size:]
}
