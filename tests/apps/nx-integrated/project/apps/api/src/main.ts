import express from "express";
import { greeting } from "@nx-integrated/greeting";

const port = Number(process.env.PORT || 3333);
const app = express();

app.get("/health", (_request, response) => {
  response.json({ status: "ok" });
});

app.get("/greeting/:name", (request, response) => {
  response.json({ greeting: greeting(request.params.name) });
});

const server = app.listen(port);

process.on("SIGTERM", () => server.close(() => process.exit(0)));
