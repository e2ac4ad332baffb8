import Fastify from "fastify";
import { title, type Note } from "@shop/shared";

const app = Fastify({ logger: true });
const notes: Note[] = [{ id: 1, text: " first note " }];

app.get("/health", async () => ({ status: "ok" }));
app.get("/api/notes", async () => notes.map((note) => ({ id: note.id, title: title(note) })));

await app.listen({ host: "0.0.0.0", port: Number(process.env.PORT ?? 3000) });
