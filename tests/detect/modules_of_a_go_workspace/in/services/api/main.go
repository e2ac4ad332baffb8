package main

func main() {
	http.ListenAndServe(":8081", nil)
}
