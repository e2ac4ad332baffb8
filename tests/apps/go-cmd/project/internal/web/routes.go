// Package web answers requests.
package web

import (
	_ "embed"
	"net/http"
)

//go:embed index.html
var index []byte

// Routes are all paths of the ledger.
func Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { w.Write(index) })
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("ok")) })
	return mux
}
