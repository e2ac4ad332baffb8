const express = require("express");

const entries = [];
const app = express();

app.use(express.static("public"));
app.use(express.json());

app.get("/entries", (req, res) => res.json(entries));

app.post("/entries", (req, res) => {
  entries.push(String(req.body.text));
  res.status(201).json({ number: entries.length });
});

app.listen(process.env.PORT || 3000, () => console.log("The guest book is open"));
