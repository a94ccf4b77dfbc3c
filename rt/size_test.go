package rt

import (
	"testing"
	"unsafe"
)

// TestTaskSize holds what a task takes beside its machine, and what it takes to sleep: size classes of the
// allocator.
func TestTaskSize(t *testing.T) {
	if n := unsafe.Sizeof(Task[struct{}]{}); unsafe.Sizeof(uintptr(0)) == 8 && n > 96 {
		t.Errorf("a task takes %d bytes", n)
	}
	if n := unsafe.Sizeof(SleepFuture{}); unsafe.Sizeof(uintptr(0)) == 8 && n > 24 {
		t.Errorf("a sleep takes %d bytes, with which its machine does not fit into 32", n)
	}
	if n := unsafe.Sizeof(Waker{}); n != unsafe.Sizeof(uintptr(0)) {
		t.Errorf("a waker takes %d bytes", n)
	}
}
