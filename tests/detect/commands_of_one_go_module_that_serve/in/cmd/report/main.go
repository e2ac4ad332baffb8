package main

func main() {
	print()
}
