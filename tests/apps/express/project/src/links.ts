import { createHash } from "node:crypto";

export interface Links {
  save(url: string): Promise<string>;
  find(code: string): Promise<string | null>;
}

/** The same address has the same code. */
export function codeOf(url: string): string {
  return createHash("sha256").update(url).digest("base64url").slice(0, 7);
}
