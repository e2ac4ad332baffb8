import express from "express";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/prisma/client.js";

const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }) });
const app = express();

app.get("/health", (_request, response) => {
  response.json({ status: "ok" });
});

app.get("/notes", async (_request, response) => {
  response.json(await prisma.note.findMany());
});

app.listen(Number(process.env.PORT ?? 3000));
