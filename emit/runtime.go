package emit

import (
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// These are all the symbols of the runtime that generated code uses, apart from the methods
// of their types: renaming one means a new supports constant.
const (
	symPin       = "Pin"
	symContext   = "Context"
	symPoll      = "Poll"
	symFuture    = "Future"
	symPending   = "Pending"
	symReady     = "Ready"
	symFinish    = "Finish"
	symCompleted = "Completed"
	symBlock     = "Block"
	symDefers    = "Defers"
	symZero      = "Zero"
	symKeep      = "Keep"
	symWhere     = "Where"
	symStanding  = "Standing"
	// Of generators.
	symGen            = "Gen"
	symStream         = "Stream"
	symEnd            = "End"
	symPair           = "Pair"
	symPanicReentered = "PanicReentered"
	symLevels         = "Levels"
	// Of those that are coroutines; for none or two values a number follows.
	symSeqGen  = "SeqGen"
	symFromSeq = "FromSeq"
	// Deferred calls that await.
	symDeferAwait  = "DeferAwait"
	symDeferMethod = "DeferMethod"
	// Stand-ins for predeclared functions that a package may hide.
	symNew            = "NewOf"
	symSliceLen       = "SliceLen"
	symStringLen      = "StringLen"
	symPanicCompleted = "PanicCompleted"
	symRecovering     = "Recovering"
	symSupports       = "SupportsGenerated1"
	// SpawnIn and SpawnOn are methods of groups too, and Spawn is one, which takes what Go makes of a
	// literal.
	symSpawnIn = "SpawnIn"
	symSpawnOn = "SpawnOn"
	symSpawn   = "Spawn"
	// GetFrom is a method of task-local variables. Now and Dump are methods of runtimes.
	symGetFrom = "GetFrom"
	// AsyncErr makes a future of a function that is no literal.
	symAsyncErr = "AsyncErr"
	// AsyncFuture and AsyncErrFuture come as the types of the calls that they replace.
	//
	// NextRune, RangeMap, PullSeq0, PullSeq and PullSeq2 come by name from the lower phase,
	// with their types MapRange, Pull0, Pull and Pull2.
)

// What keeps variables whose type has no name.
const (
	symUnbox    = "Unbox"
	symRecall   = "Recall"
	symNewLike  = "NewLike"
	symZeroLike = "ZeroLike"
)

// rt refers to a symbol of the runtime.
func (u *unit) rt(sym string) *jen.Statement { return u.qual(parse.RuntimePath, "rt", sym) }
