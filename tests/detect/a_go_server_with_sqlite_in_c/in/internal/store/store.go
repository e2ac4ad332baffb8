package store

import (
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

var open = sqlite.Open

var _ gorm.Config
