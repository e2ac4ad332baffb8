import { createApp } from "./app.js";
import { connect } from "./redis-links.js";

const links = await connect(process.env.REDIS_URL ?? "redis://localhost:6379");
const port = Number(process.env.PORT ?? 3000);

createApp(links).listen(port, () => {
  console.log(`listening on ${port}`);
});
