const app = await NestFactory.create(AppModule);
app.setGlobalPrefix(settings.get("prefix"));
await app.listen(process.env.PORT ?? 3000);
