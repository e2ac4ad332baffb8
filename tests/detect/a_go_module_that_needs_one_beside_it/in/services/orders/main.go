package main

import "example.com/shop/common"

func main() {
	common.Serve(":8082")
}
