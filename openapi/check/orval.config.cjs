module.exports = {
  ketnap: {
    input: "./openapi.json",
    output: { client: "zod", mode: "single", target: "./zod.ts" },
  },
};
