package rt

import (
	"testing"
	"unsafe"
)

// TestTaskSize holds what a task takes beside its machine: a size class of the allocator.
func TestTaskSize(t *testing.T) {
	if n := unsafe.Sizeof(Task[struct{}]{}); unsafe.Sizeof(uintptr(0)) == 8 && n > 112 {
		t.Errorf("a task takes %d bytes", n)
	}
	if n := unsafe.Sizeof(Waker{}); n != unsafe.Sizeof(uintptr(0)) {
		t.Errorf("a waker takes %d bytes", n)
	}
}
