// Package web holds the pages.
package web

import "embed"

// Files are the pages, in the binary.
//
//go:embed index.html
var Files embed.FS
