const { Worker } = require("bullmq")
new Worker("q", async () => {}, { connection: { url: process.env.REDIS_URL } })
