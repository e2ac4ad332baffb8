export default {
  output: "standalone",
  transpilePackages: ["@notes/notes"],
};
