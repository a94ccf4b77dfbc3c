//go:build !unix

package rt

import "errors"

// closeDescriptor is never reached: nothing can be registered here yet.
func closeDescriptor(sysfd int) error { return errors.ErrUnsupported }
