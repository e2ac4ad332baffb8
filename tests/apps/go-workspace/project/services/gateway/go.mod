module example.com/shop/services/gateway

go 1.26

require example.com/shop/libs/notes v0.0.0

replace example.com/shop/libs/notes => ../../libs/notes
