export default {
  server: {
    proxy: {
      "/backend": {
        target: process.env.BACKEND_URL ?? "http://localhost:8000",
        rewrite: (path) => path.replace(/^\/backend/, ""),
      },
    },
  },
};
