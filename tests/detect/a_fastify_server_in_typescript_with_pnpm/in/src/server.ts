import Fastify from "fastify";

const app = Fastify({ logger: true });

app.get("/ready", async () => ({ status: "ok" }));

await app.listen({ port: 3100, host: "0.0.0.0" });
