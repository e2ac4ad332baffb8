module example.org/x

go 1.26

require github.com/caarlos0/env/v11 v11.0.0
