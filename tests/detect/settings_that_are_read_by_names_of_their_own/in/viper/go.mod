module example.org/x

go 1.26

require (
	github.com/spf13/viper v1.19.0
	github.com/lib/pq v1.10.9
)
