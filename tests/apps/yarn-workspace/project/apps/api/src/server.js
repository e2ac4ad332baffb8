import express from "express";
import { title } from "@notes/notes";

const app = express();
const notes = [{ id: 1, text: " first note " }];

app.get("/health", (_request, response) => response.json({ status: "ok" }));
app.get("/notes", (_request, response) => response.json(notes.map((note) => ({ id: note.id, title: title(note) }))));

app.listen(process.env.PORT ?? 4000);
