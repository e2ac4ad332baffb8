export default { dialect: "postgresql", schema: "./src/schema.ts", out: "./db/migrations", dbCredentials: { url: process.env.DATABASE_URL } };
