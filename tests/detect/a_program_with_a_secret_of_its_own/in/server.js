const stripe = connect(process.env.STRIPE_SECRET_KEY);
app.use(session({ secret: process.env.SESSION_SECRET }));
app.listen(3000);
