package defaultruntime

import "github.com/asyncgen/asyncgen/rt"

//async:func
func send(line string) { rt.Yield().Await() }

//async:func
func greet(name string) {
	log("hello " + name)
}

func log(line string) {
	rt.Spawn(sendAsync(line)).Detach() // want `rt.Spawn in log uses the default runtime, not the one that polls greet`
}
