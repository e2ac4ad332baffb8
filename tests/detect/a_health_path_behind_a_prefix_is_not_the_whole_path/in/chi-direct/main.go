package main

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

func ok(http.ResponseWriter, *http.Request) {}

func main() {
	r := chi.NewRouter()
	r.Get("/livez", ok)
	r.Route("/api/v1", func(r chi.Router) {
		r.Get("/health", ok)
	})
	_ = http.ListenAndServe(":8080", r)
}
