// A union is enough for zod. By the discriminator, the generator would take the kind `other`, which
// stands for every kind that comes later, for a value.
const withoutDiscriminators = (document) => {
  for (const schema of Object.values(document.components.schemas)) delete schema.discriminator;
  return document;
};

module.exports = {
  ketnap: {
    input: { target: "./openapi.json", override: { transformer: withoutDiscriminators } },
    output: { client: "zod", mode: "single", target: "./zod.ts" },
  },
};
