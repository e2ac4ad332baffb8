export default {
  kit: { adapter: adapter({ fallback: "200.html" }) },
};
