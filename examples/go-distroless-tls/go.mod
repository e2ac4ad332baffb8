module example.com/go-distroless-tls

go 1.27
