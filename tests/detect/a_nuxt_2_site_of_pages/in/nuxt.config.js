export default {
  target: "static",
};
