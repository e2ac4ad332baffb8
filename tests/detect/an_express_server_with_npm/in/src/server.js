const express = require("express");
const Redis = require("ioredis");

const app = express();
const redis = new Redis(process.env.REDIS_URL);
const port = process.env.PORT || 4000;

app.get("/healthz", async (req, res) => {
  res.json({ redis: await redis.ping() });
});

app.listen(port, () => console.log(`listening on ${port}`));
