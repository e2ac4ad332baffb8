package counter

import "testing"

func TestWords(t *testing.T) {
	if got := Words("to be or not To be")["to"]; got != 2 {
		t.Fatalf("to: %d", got)
	}
}
