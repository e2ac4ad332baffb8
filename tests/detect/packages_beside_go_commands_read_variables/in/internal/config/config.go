package config

import "os"

var URL = os.Getenv("PG_DSN_URL")
var H = os.Getenv("DB_HOST")
