app.listen(4001);
