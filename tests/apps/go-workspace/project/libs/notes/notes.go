// Package notes is what the services have in common.
package notes

// Note is one note.
type Note struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
}
