export default {
  build: { outDir: "../../dist/apps/site" },
};
