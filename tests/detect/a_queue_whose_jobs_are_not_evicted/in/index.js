const app = require("express")();
const { Queue } = require("bullmq");
const queue = new Queue("mail", { connection: { url: process.env.REDIS_URL } });
app.listen(3000);
