package inside

import (
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/afs"
	"github.com/asyncgen/asyncgen/rt/aio"
)

// save writes a file. It awaits three times, so its machine can stand in three places. Read it
// beside machine_async.go, and beside the machine by hand below.
//
//async:func
func save(name string, data []byte) error {
	file, err := afs.Create(name).Await()
	if err != nil {
		return err
	}
	if _, err := file.Write(data).Await(); err != nil {
		return err
	}
	_, err = file.Close().Await()
	return err
}

// A saveMachine is save as one would write it without a compiler: the variables that live across
// an await, the future that is awaited just now, and the place to go on at.
//
// The generated machine does the same in other ways, for speed and for whoever reads it beside
// the source. It has labels and goto in the place of a loop around a switch, so that an await
// that is ready at once costs no trip through the switch; it stores its state only when it
// suspends; and it keeps the futures by value, so that the call is one allocation and not four.
type saveMachine struct {
	rt.Pin
	at   savePlace
	name string
	data []byte
	file *afs.File

	create *afs.Op[*afs.File]
	write  *aio.WriteFuture
	close  *afs.Op[struct{}]
}

// A savePlace is where a saveMachine goes on.
type savePlace int

const (
	atStart savePlace = iota
	atCreate
	atWrite
	atClose
	atEnd
)

func newSaveMachine(name string, data []byte) *saveMachine {
	return &saveMachine{name: name, data: data}
}

// Poll goes on as far as it can.
func (m *saveMachine) Poll(cx *rt.Context) rt.Poll[struct{}] {
	for {
		switch m.at {
		case atStart:
			m.create = afs.Create(m.name)
			m.at = atCreate
		case atCreate:
			p := m.create.Poll(cx)
			if !p.Ready {
				return rt.Pending[struct{}]()
			}
			if p.Err != nil {
				return m.end(p.Err)
			}
			m.file = p.Value
			m.write = m.file.Write(m.data)
			m.at = atWrite
		case atWrite:
			p := m.write.Poll(cx)
			if !p.Ready {
				return rt.Pending[struct{}]()
			}
			if p.Err != nil {
				return m.end(p.Err)
			}
			m.close = m.file.Close()
			m.at = atClose
		case atClose:
			p := m.close.Poll(cx)
			if !p.Ready {
				return rt.Pending[struct{}]()
			}
			return m.end(p.Err)
		default:
			panic(rt.Completed("inside.save"))
		}
	}
}

func (m *saveMachine) end(err error) rt.Poll[struct{}] {
	m.at = atEnd
	return rt.Finish(struct{}{}, err)
}

// Cancel gives up what the machine waits for. There is one such thing at a time.
func (m *saveMachine) Cancel() {
	switch m.at {
	case atCreate:
		m.create.Cancel()
	case atWrite:
		m.write.Cancel()
	case atClose:
		m.close.Cancel()
	}
	m.at = atEnd
}
