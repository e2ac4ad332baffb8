package main

import (
	"database/sql"
	"net/http"

	_ "modernc.org/sqlite"
)

func main() {
	db, _ := sql.Open("sqlite", "data/app.db")
	http.ListenAndServe(":8080", nil)
}
