package main

import (
	"net/http"
	"os"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

func main() {
	_, _ = gorm.Open(postgres.Open(os.Getenv("DATABASE_URL")))
	_ = http.ListenAndServe(":8080", nil)
}
