// output: "export" was tried before
const config = {
  output: "standalone",
};

export default config;
