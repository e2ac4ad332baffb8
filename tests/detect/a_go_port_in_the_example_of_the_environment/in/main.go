package main

import "os"

type config struct {
	Port string `env:"HTTP_PORT,required"`
	Rmq  string `env:"RMQ_URL,required"`
}

func main() {
	connect(os.Getenv("REDIS_ADDR"))
}
