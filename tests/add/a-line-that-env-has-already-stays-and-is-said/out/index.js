connect(process.env.REDIS_URL)
