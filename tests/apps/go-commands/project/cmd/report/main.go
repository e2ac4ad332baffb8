package main

import (
	"fmt"

	"example.com/notes/internal/notes"
)

func main() {
	fmt.Println(notes.Note{ID: 1, Text: "first note"})
}
