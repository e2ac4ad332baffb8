const app = await NestFactory.create(AppModule);
app.setGlobalPrefix("api");
app.enableVersioning({ type: VersioningType.URI, defaultVersion: "1" });
await app.listen(process.env.PORT ?? 3000);
