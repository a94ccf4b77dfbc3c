package main

// The functions of this file have one loop each that awaits nothing, between two awaits. The
// variables that are hot in the loop are set before the first and used behind the second, so
// they live in the frame. The bodies are long enough for the awaits to be lost in them. None
// is inlined where it is called, with the arguments as constants.

// A matrix is square, stored row by row.
type matrix struct {
	size  int
	cells []float64
}

// A reading is what loopStruct sums up.
type reading struct{ id, value int }

// totals is a struct that is updated field by field.
type totals struct {
	count, sum int
	low, high  int
}

// loopSum adds up a slice.
//
//go:noinline
//async:func
func loopSum(values []int) int {
	sum := after(0).Await()
	for _, v := range values {
		sum += v
	}
	return after(sum).Await() + sum
}

// loopMatrix multiplies a matrix with a vector.
//
//go:noinline
//async:func
func loopMatrix(m matrix, x, y []float64) float64 {
	scale := float64(after(2).Await())
	total := 0.0
	for i := 0; i < m.size; i++ {
		row := 0.0
		for j := 0; j < m.size; j++ {
			row += m.cells[i*m.size+j] * x[j]
		}
		y[i] = row * scale
		total += y[i]
	}
	return float64(after(1).Await()) + total + y[0]
}

// loopString counts words and spaces.
//
//go:noinline
//async:func
func loopString(text string) int {
	words, spaces, inside := after(0).Await(), 0, false
	for i := 0; i < len(text); i++ {
		if text[i] == ' ' {
			spaces++
			inside = false
		} else if !inside {
			inside = true
			words++
		}
	}
	return after(1).Await() + words*1000 + spaces + len(text)
}

// loopRunes adds up the runes of a string.
//
//go:noinline
//async:func
func loopRunes(text string) int {
	sum := after(0).Await()
	for i, r := range text {
		sum += i ^ int(r)
	}
	return after(1).Await() + sum
}

// loopMap looks keys up.
//
//go:noinline
//async:func
func loopMap(index map[string]int, keys []string) int {
	found, missing := after(0).Await(), 0
	for _, k := range keys {
		if v, ok := index[k]; ok {
			found += v
		} else {
			missing++
		}
	}
	return after(1).Await() + found + missing*len(keys)
}

// loopSort copies values and sorts them by insertion.
//
//go:noinline
//async:func
func loopSort(values, sorted []int) int {
	n := after(copy(sorted, values)).Await()
	for i := 1; i < len(sorted); i++ {
		v, j := sorted[i], i
		for ; j > 0 && sorted[j-1] > v; j-- {
			sorted[j] = sorted[j-1]
		}
		sorted[j] = v
	}
	return after(n).Await() + sorted[0] + len(values)
}

// loopStruct updates the fields of a struct.
//
//go:noinline
//async:func
func loopStruct(readings []reading) int {
	var t totals
	t.low = after(1 << 30).Await()
	for _, r := range readings {
		t.count += r.id & 1
		t.sum += r.value
		t.low = min(t.low, r.value)
		t.high = max(t.high, r.value)
	}
	return after(t.count).Await() + t.sum + t.low + t.high
}

// loopArray counts bytes in an array, which is in memory in either function.
//
//go:noinline
//async:func
func loopArray(text string) int {
	var count [256]int
	count[0] = after(0).Await()
	for i := 0; i < len(text); i++ {
		count[text[i]]++
	}
	return after(1).Await() + count['e'] + count[' ']
}

// loopPointer updates a struct that a parameter points to.
//
//go:noinline
//async:func
func loopPointer(t *totals, readings []reading) int {
	weight := after(3).Await()
	for _, r := range readings {
		if r.id%4 != 0 {
			t.count++
			t.sum += r.value * weight
		}
	}
	return after(t.count).Await() + t.sum%weight
}

// loopAppend fills a slice.
//
//go:noinline
//async:func
func loopAppend(buffer []byte, n int) int {
	next := byte(after(7).Await())
	out := buffer[:0]
	for range n {
		next = next*13 + 1
		out = append(out, next)
	}
	return after(1).Await() + len(out) + int(out[n/2])
}

// loopSeldom is not such a loop, for it awaits now and then. Its variables are fields all the
// time.
//
//go:noinline
//async:func
func loopSeldom(values []int) int {
	sum := 0
	for i, v := range values {
		sum += v
		if i%1024 == 0 {
			sum += after(i).Await()
		}
	}
	return sum
}
