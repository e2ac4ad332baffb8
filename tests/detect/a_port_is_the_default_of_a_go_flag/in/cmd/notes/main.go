package main

import (
	"flag"
	"net/http"
)

func main() {
	port := flag.String("addr", "127.0.0.1:8081", "where to listen")
	flag.Parse()
	_ = http.ListenAndServe(*port, nil)
}
