module example.com/go-slim-cache

go 1.27
