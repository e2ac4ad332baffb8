import { NestFactory } from "@nestjs/core";

const url = process.env.DATABASE_URL;
await app.listen(process.env.PORT || 3333);
