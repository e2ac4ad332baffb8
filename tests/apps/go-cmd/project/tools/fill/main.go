// Command fill makes entries to look at.
package main

import "fmt"

func main() { fmt.Println("one entry") }
