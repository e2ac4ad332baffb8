package main

import (
	"fmt"
	"log"
	"net/http"

	"example.com/ids"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "badge %d\n", ids.Next()) })
	http.HandleFunc("/readyz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	log.Fatal(http.ListenAndServe(":8000", nil))
}
