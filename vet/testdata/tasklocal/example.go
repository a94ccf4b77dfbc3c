package tasklocal

import (
	"fmt"

	"github.com/asyncgen/asyncgen/rt"
)

var user rt.TaskLocal[string]

//async:func
func serve(line string) {
	answer(line)
}

func answer(line string) {
	name, ok := user.Get() // want `a task-local variable has no value here, where no future is being polled: read it in an annotated function`
	fmt.Println(name, ok, line)
}
