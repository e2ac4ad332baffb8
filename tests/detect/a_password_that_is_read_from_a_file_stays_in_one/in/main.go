package main

import (
	"net/http"
	"os"
)

var (
	host     = os.Getenv("PGHOST")
	password = os.Getenv("PGPASSWORD_FILE")
)

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "9000"
	}
	http.ListenAndServe(":"+port, nil)
}
