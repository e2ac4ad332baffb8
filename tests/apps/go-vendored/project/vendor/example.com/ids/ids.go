// Package ids counts.
package ids

import "sync/atomic"

var last atomic.Int64

// Next is a number that nobody had before.
func Next() int64 { return last.Add(1) }
