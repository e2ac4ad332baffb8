package config

type Config struct {
	Addr string `env:"HTTP_ADDR" envDefault:":9000"`
	DB   string `env:"DATABASE_URL,required"`
	Key string `envconfig:"STRIPE_KEY" required:"true"`
}
