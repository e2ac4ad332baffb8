import { z } from "zod"
export const env = z.object({
  PORT: z.coerce.number().default(4000),
  DATABASE_URL: z.string().url(),
}).parse(process.env)
