module example.com/badges

go 1.26

require example.com/ids v1.2.0
