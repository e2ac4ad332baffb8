module example.com/notes

go 1.27

require (
	gorm.io/driver/postgres v1.6.0
	gorm.io/gorm v1.31.0
)

require github.com/jackc/pgx/v5 v5.7.5 // indirect
