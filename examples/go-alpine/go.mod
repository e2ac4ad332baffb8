module example.com/go-alpine

go 1.27
