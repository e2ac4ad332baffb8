module example.com/shop/libs/notes

go 1.26
