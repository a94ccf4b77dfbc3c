// Package aio is to futures what packages io and bufio are to calls that block: readers and
// writers, copying, buffers, frames, and a pipe in memory.
//
//	in := aio.NewBufReader(conn)
//	for {
//		line, err := in.ReadLine().Await()
//		if err != nil {
//			return err
//		}
//		if _, err := aio.WriteAll(conn, answer(line)).Await(); err != nil {
//			return err
//		}
//	}
//
// # Why the interfaces poll
//
// A [Reader] whose Read returned a future would allocate one for each read, since the future of
// a method that is called through an interface can be stored nowhere else: nobody knows how
// large it is. So a Reader has a method that is a *poll* of a read, and the futures are here,
// the same for all Readers: [Read], [ReadFull], [Copy] and the others return concrete types, which
// a machine keeps inside itself. Nothing in this package allocates for an operation, except
// frames that are larger than their buffer.
//
// It also saves memory. The buffer of a poll is used during the poll and not beyond, so whoever
// waits need not hold one: [BufReader] and [Copy] borrow a buffer for the time that there is
// something in it, and a connection that is silent costs none.
//
// What tells two operations on one Reader apart is the [rt.Turn], which belongs to the future
// and is handed over with each poll. So a second read while one is under way is an error,
// [rt.ErrBusy], and not a waker that is lost.
//
// # What canceling loses
//
// [Read], [Write] lose what their Reader and Writer say; a connection of package anet loses
// nothing in reading. A canceled [ReadFull] has taken what its Progress says out of the stream,
// a canceled [WriteAll] has written that much. A canceled [Copy] loses up to a buffer that it has
// read and not written. All operations of [BufReader] and [FrameReader] lose nothing: what was
// read is in the buffer for the next one. The same goes for [BufWriter.Flush], if its Writer has
// written nothing of a write that is canceled, and for what fits into the buffer of a [BufWriter]. A
// [FrameWriter] writes a frame that fits into the buffer whole or not at all, and of a longer one perhaps
// a part, after which it refuses to go on.
//
// No buffer is used after a cancel, and Reader and Writer can be used again at once.
package aio
