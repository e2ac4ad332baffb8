// Package counter counts words.
package counter

import "strings"

// Words says how often each word is in the text.
func Words(text string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.Fields(strings.ToLower(text)) {
		counts[word]++
	}
	return counts
}
