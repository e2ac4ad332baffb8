module example.com/shop/orders

go 1.26

require (
	example.com/shop/common v0.0.0-00010101000000-000000000000
	github.com/go-chi/chi/v5 v5.2.3
)

replace example.com/shop/common => ../common/
