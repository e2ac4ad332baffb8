package main

import (
	"os"

	"github.com/gin-gonic/gin"
)

func main() {
	_ = os.Getenv("DATABASE_DSN")
	router := gin.Default()
	router.GET("/ping", func(c *gin.Context) { c.String(200, "pong") })
	router.Run()
}
