import express, { type Express } from "express";
import { z } from "zod";

import type { Links } from "./links.js";

const Draft = z.object({ url: z.url() });

export function createApp(links: Links): Express {
  const app = express();
  app.use(express.json());

  app.get("/healthz", (_request, response) => {
    response.json({ status: "up" });
  });

  app.post("/links", async (request, response) => {
    const draft = Draft.safeParse(request.body);
    if (!draft.success) {
      response.status(400).json({ error: z.prettifyError(draft.error) });
      return;
    }
    response.status(201).json({ code: await links.save(draft.data.url) });
  });

  app.get("/:code", async (request, response) => {
    const url = await links.find(request.params.code);
    if (url) {
      response.redirect(url);
    } else {
      response.status(404).json({ error: "no such link" });
    }
  });

  return app;
}
