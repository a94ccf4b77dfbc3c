package inside

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// The function, its twin and the machine by hand do the same.
func TestSave(t *testing.T) {
	for name, save := range map[string]func(name string, data []byte) error{
		"function": save,
		"twin":     func(name string, data []byte) error { return end(saveAsync(name, data)) },
		"by hand":  func(name string, data []byte) error { return end(newSaveMachine(name, data)) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			if err := save(path, []byte("hello")); err != nil {
				t.Fatal(err)
			}
			if data, err := os.ReadFile(path); string(data) != "hello" || err != nil {
				t.Errorf("%q, %v", data, err)
			}
			if err := save(filepath.Join(path, "in", "file"), nil); !errors.Is(err, fs.ErrNotExist) && err == nil {
				t.Error("a file was made in a file")
			}
		})
	}
}

func end(f rt.Future[struct{}]) error {
	_, err := BlockOn(f)
	return err
}

// Both machines stand at the first await behind the first poll, and at none after a cancel.
func TestSaveStates(t *testing.T) {
	cx := rt.NewContext(rt.NewWaker(func() {}))
	name := filepath.Join(t.TempDir(), "file")
	m, twin := newSaveMachine(name, nil), saveAsync(name, nil)
	if m.at != atStart || twin.state != saveStart {
		t.Errorf("they begin in %d and %d", m.at, twin.state)
	}
	if m.Poll(cx).Ready || m.at != atCreate || twin.Poll(cx).Ready || twin.state != saveAwaitCreate {
		t.Errorf("they stand in %d and %d", m.at, twin.state)
	}
	m.Cancel()
	twin.Cancel()
	if m.at != atEnd || twin.state != saveDone {
		t.Errorf("they end in %d and %d", m.at, twin.state)
	}
}
