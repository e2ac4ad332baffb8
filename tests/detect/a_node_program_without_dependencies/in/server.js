const http = require("node:http");

const PORT = Number(process.env.PORT ?? 5050);

http.createServer((req, res) => res.end(new Date().toISOString())).listen(PORT);
