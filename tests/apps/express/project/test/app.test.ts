import request from "supertest";
import { expect, test } from "vitest";

import { createApp } from "../src/app.js";
import { codeOf } from "../src/links.js";

const known = new Map<string, string>();
const app = createApp({
  async save(url) {
    known.set(codeOf(url), url);
    return codeOf(url);
  },
  find: async (code) => known.get(code) ?? null,
});

test("a saved link leads to its address", async () => {
  const saved = await request(app).post("/links").send({ url: "https://example.com/a" });
  expect(saved.status).toBe(201);
  const found = await request(app).get(`/${saved.body.code}`);
  expect(found.headers.location).toBe("https://example.com/a");
});

test("an unknown code is not found", async () => {
  expect((await request(app).get("/nothing")).status).toBe(404);
});
