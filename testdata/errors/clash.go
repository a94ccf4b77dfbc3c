package errors

import other "os"

//async:func
func Fetch() {} // want `the twin of Fetch would declare FetchAsync, which the package has already`

func FetchAsync() {}

//async:func
func Get() (a, b int) { return } // want `declare GetFuture, which` `declare GetResult, which`

type (
	GetFuture int
	GetResult int
)

type hidden struct{ LenAsync int }

//async:func
func (hidden) a() {}

//async:func
func (*hidden) A() {} // want `the twin of hidden.A would declare hiddenAFuture, as the twin of hidden.a does`

//async:func
func (hidden) Len() {} // want `declare hidden.LenAsync, which the package has already`

//async:func
func hiddenB() {}

//async:func
func (hidden) B() {} // want `declare hiddenBFuture, as the twin of hiddenB does`

//async:func as=other
func imported() {} // want `declare other, which the package has already`

var _ other.File

// A field under another name is only known to the type checker.
type fields struct{ GoAsync int }

type derived fields

//async:func
func (derived) Go() {} // want `the twin of derived.Go cannot be declared: field and method with the same name GoAsync`
