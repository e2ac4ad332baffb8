package util

import "net/http"

type Config struct {
	DBURL string `mapstructure:"DB_URL"`
	Addr string `mapstructure:"HTTP_SERVER_ADDRESS"`
}
