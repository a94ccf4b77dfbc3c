package aio

import "github.com/asyncgen/asyncgen/rt"

// What stands in a dump of tasks for what they wait for.

// Where says where the future stands.
func (f *ReadFuture) Where(w *rt.Where) { w.Operation("aio.Read") }

// Where says where the future stands.
func (f *WriteFuture) Where(w *rt.Where) { w.Operation("aio.Write") }

// Where says where the future stands.
func (f *CopyFuture) Where(w *rt.Where) { w.Operation("aio.Copy") }

// Where says where the future stands.
func (f *BufFuture[T]) Where(w *rt.Where) { w.Operation("aio.BufReader") }

// Where says where the future stands.
func (f *FlushFuture) Where(w *rt.Where) { w.Operation("aio.BufWriter.Flush") }

// Where says where the future stands.
func (f *FrameFuture) Where(w *rt.Where) { w.Operation("aio.FrameReader.Next") }

// Where says where the future stands.
func (f *FrameWriteFuture) Where(w *rt.Where) { w.Operation("aio.FrameWriter.Write") }
