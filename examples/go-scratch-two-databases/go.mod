module example.com/go-scratch-two-databases

go 1.27
