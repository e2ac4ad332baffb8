package notes

type Note struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
}
