package main

import (
	"encoding/json"
	"log"
	"net/http"

	"example.com/shop/libs/notes"
)

func main() {
	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("ok"))
	})
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(notes.Note{ID: 0, Text: "gateway"})
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
