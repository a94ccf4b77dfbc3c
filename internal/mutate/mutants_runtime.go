package main

// runtimeMutants break rules of the runtime.
var runtimeMutants = []mutant{
	{
		rule:  "a wake during a poll is not lost",
		file:  "rt/taskstate.go",
		old:   "return s | scheduled, s&(scheduled|running) == 0",
		new:   "if s&running != 0 {\n\t\treturn s, false\n\t}\n\treturn s | scheduled, s&(scheduled|running) == 0",
		tests: "./rt -run=State",
	},
	{
		rule:  "a task is in the queue once",
		file:  "rt/taskstate.go",
		old:   "return s | canceled | scheduled, s&scheduled == 0",
		new:   "return s | canceled | scheduled, true",
		tests: "./rt -run=State",
	},
	{
		rule:  "a task is canceled once",
		file:  "rt/taskstate.go",
		old:   "return s&(canceled|unwinding) == canceled",
		new:   "return s&canceled == canceled",
		tests: "./rt -run=State|Cancel|Cleanup",
	},
	{
		rule:  "a worker that lost its queue in a long poll finds out",
		file:  "rt/driver.go",
		old:   "if s.left&retaken != 0 {",
		new:   "if false {",
		tests: "./rt -run=Blocked",
	},
	{
		rule:  "deferred calls run last in, first out",
		file:  "rt/defers.go",
		old:   "records[0](func() { stack(records[1:], top) })",
		new:   "n := len(records) - 1\n\trecords[n](func() { stack(records[:n], top) })",
		tests: "./rt -run=Defers",
	},
	{
		rule:    "a deferred call that panics runs once",
		file:    "rt/defers.go",
		old:     "\td.records[n-1] = nil\n\td.records = d.records[:n-1]\n\tcall(func() {})",
		new:     "\tcall(func() {})\n\td.records = d.records[:n-1]",
		goldens: []string{"defer_loop_panic"},
		tests:   "./rt -run=Defers",
	},
	{
		rule:  "a panic that no deferred call recovers goes on",
		file:  "rt/defers.go",
		old:   "stack(records, func() { panic(v) })",
		new:   "stack(records, func() {})",
		tests: "./rt -run=Defers",
	},
	{
		rule:  "a timer that is due before the worker wakes is announced",
		file:  "rt/timerqueue.go",
		old:   "sooner := q.heap.Add(t, when) && when < q.armed",
		new:   "sooner := q.heap.Add(t, when) && when < q.armed && q.closed",
		tests: "./rt -run=Timer|Sleep",
	},
	{
		rule:  "a pending timer takes the waker of the latest poll",
		file:  "rt/timerqueue.go",
		old:   "if t.Value != w {\n\t\t\tt.Value = q.kept(w, t.Value)\n\t\t}\n\t\treturn timerPending",
		new:   "return timerPending",
		tests: "./rt -run=Timer|Sleep",
	},
	{
		rule:  "a blocked goroutine does not sleep over a wake during its poll",
		file:  "rt/block.go",
		old:   "if !b.woken.Swap(true) {",
		new:   "if b.woken.Swap(true) {",
		tests: "./rt -run=Bubble -timeout=20s",
	},
	{
		rule:  "what is removed from a map does not come up in a range",
		file:  "rt/maprange.go",
		old:   "r := &MapRange[K, V]{iter: reflect.ValueOf(m).MapRange()}",
		new:   "clone := map[K]V{}\n\tfor k, v := range m {\n\t\tclone[k] = v\n\t}\n\tr := &MapRange[K, V]{iter: reflect.ValueOf(clone).MapRange()}",
		tests: "./rt -run=Map",
	},
}
