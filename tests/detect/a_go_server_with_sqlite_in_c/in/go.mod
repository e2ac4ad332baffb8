module example.com/diary

go 1.26

require (
	gorm.io/driver/sqlite v1.6.0
	gorm.io/gorm v1.31.0
)
