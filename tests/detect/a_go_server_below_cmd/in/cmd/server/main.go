package main

import (
	"log"
	"net/http"

	"example.com/stock/internal/web"
)

func main() {
	log.Fatal(http.ListenAndServe(":9090", web.Handler()))
}
