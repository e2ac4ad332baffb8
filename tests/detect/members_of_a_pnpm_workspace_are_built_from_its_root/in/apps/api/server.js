app.listen({ host: "0.0.0.0", port: 3000 });
