package main

import (
	"context"
	"log"
	"os/signal"
	"syscall"
	"time"

	"example.com/notes/internal/notes"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	for {
		log.Printf("worked on %v", notes.Note{ID: 1, Text: "first note"})
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Second):
		}
	}
}
