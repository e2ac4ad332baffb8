import { createClient } from "redis";

import { codeOf, type Links } from "./links.js";

export async function connect(url: string): Promise<Links> {
  const client = createClient({ url });
  client.on("error", (error) => console.error("redis:", error.message));
  await client.connect();
  return {
    async save(target) {
      const code = codeOf(target);
      await client.set(`link:${code}`, target);
      return code;
    },
    find: (code) => client.get(`link:${code}`),
  };
}
