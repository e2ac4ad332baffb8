export default { transpilePackages: ["@notes/notes"] };
