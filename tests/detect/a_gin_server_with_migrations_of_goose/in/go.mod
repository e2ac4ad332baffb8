module example.com/bikes

go 1.27

require (
	github.com/gin-gonic/gin v1.11.0
	github.com/lib/pq v1.10.9
)
