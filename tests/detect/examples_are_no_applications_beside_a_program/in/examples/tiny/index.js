require("node:http").createServer().listen(5000);
