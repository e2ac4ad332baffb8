module example.com/courier

go 1.26

require (
	github.com/gofiber/fiber/v2 v2.52.9
	github.com/rabbitmq/amqp091-go v1.10.0
	github.com/redis/go-redis/v9 v9.14.0
)
