import { resolve } from "node:path";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: "../../node_modules/.vite/apps/web",
  resolve: {
    alias: { "@nx-integrated/greeting": resolve(import.meta.dirname, "../../libs/greeting/src/index.ts") },
  },
  server: {
    proxy: {
      "/api": { target: process.env.API_URL || "http://localhost:3333", rewrite: (path) => path.replace(/^\/api/, "") },
    },
  },
  build: {
    outDir: "../../dist/apps/web",
    emptyOutDir: true,
  },
});
