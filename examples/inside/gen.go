package inside

// fibonacci yields the numbers of Fibonacci below a limit. A generator is a machine too: a yield
// is an await whose other side is the consumer. So there is no waker and nothing to poll; the
// consumer resumes the machine by calling Next.
//
//async:gen
func fibonacci(limit int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		a, b := 0, 1
		for a < limit {
			if !yield(a) {
				return
			}
			a, b = b, a+b
		}
	}
}

// A fibonacciMachine is the same by hand: the variables are fields, and the loop is cut open at
// the yield, so that its second half comes first in every Next but the first.
type fibonacciMachine struct {
	limit, a, b int
	resumed     bool
	ended       bool
}

func newFibonacciMachine(limit int) *fibonacciMachine { return &fibonacciMachine{limit: limit, b: 1} }

// Next returns the next number, and false when there is none.
func (m *fibonacciMachine) Next() (int, bool) {
	if m.resumed && !m.ended {
		m.a, m.b = m.b, m.a+m.b
	}
	m.resumed = true
	if m.ended = m.a >= m.limit; m.ended {
		return 0, false
	}
	return m.a, true
}
