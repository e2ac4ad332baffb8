package main

import (
	"encoding/json"
	"log"
	"net/http"

	"example.com/notes/internal/notes"
)

func main() {
	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("ok"))
	})
	http.HandleFunc("GET /notes", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode([]notes.Note{{ID: 1, Text: "first note"}})
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
