package server

// match reports whether a string matches a pattern: ? stands for any byte, * for any number of
// them, [a-z] and [^a-z] for one of some, and a backslash takes the meaning of what follows it.
//
// Only the last * is gone back to, since what an earlier one could match otherwise, the last one
// could too. So it takes the product of the lengths at most, where trying everything would let
// anybody stop the server with KEYS a*a*a*a*a*b.
func match(pattern []byte, s string) bool {
	p, i := 0, 0
	star, from := -1, 0 // the last *, and where what it stands for ends at the least
	for i < len(s) {
		if p < len(pattern) && pattern[p] == '*' {
			star, from = p, i
			p++
			continue
		}
		if ok, next := matchOne(pattern, p, s[i]); ok {
			p = next
			i++
			continue
		}
		if star < 0 {
			return false
		}
		from++
		p, i = star+1, from
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// matchOne reports whether a byte matches the part of the pattern at p, and where the next part
// is.
func matchOne(pattern []byte, p int, c byte) (ok bool, next int) {
	if p >= len(pattern) {
		return false, p
	}
	switch pattern[p] {
	case '?':
		return true, p + 1
	case '[':
		return matchClass(pattern, p+1, c)
	case '\\':
		if p+1 < len(pattern) {
			p++
		}
	}
	return pattern[p] == c, p + 1
}

// matchClass is matchOne behind the bracket. A class that is not closed ends with the pattern.
func matchClass(pattern []byte, p int, c byte) (ok bool, next int) {
	not := p < len(pattern) && pattern[p] == '^'
	if not {
		p++
	}
	for ; p < len(pattern) && pattern[p] != ']'; p++ {
		switch {
		case pattern[p] == '\\' && p+1 < len(pattern):
			p++
			ok = ok || pattern[p] == c
		case p+2 < len(pattern) && pattern[p+1] == '-':
			low, high := min(pattern[p], pattern[p+2]), max(pattern[p], pattern[p+2])
			ok = ok || low <= c && c <= high
			p += 2
		default:
			ok = ok || pattern[p] == c
		}
	}
	return ok != not, min(p+1, len(pattern))
}
