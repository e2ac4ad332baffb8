package main

import "example.org/x/util"

func main() {
	util.Load()
}
