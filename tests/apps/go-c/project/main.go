// Adler-32 of what it is asked for, computed in C.
package main

// #include <stdlib.h>
// #include "checksum.h"
import "C"

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os/signal"
	"syscall"
	"unsafe"
)

func checksum(text string) uint32 {
	bytes := C.CString(text)
	defer C.free(unsafe.Pointer(bytes))
	return uint32(C.checksum((*C.uchar)(unsafe.Pointer(bytes)), C.size_t(len(text))))
}

func main() {
	http.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "ok")
	})
	http.HandleFunc("/checksum", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%08x\n", checksum(r.URL.Query().Get("of")))
	})

	server := &http.Server{Addr: ":8080"}
	stop, done := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer done()
	go func() {
		<-stop.Done()
		server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}
