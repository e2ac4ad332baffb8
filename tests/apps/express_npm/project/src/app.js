const express = require("express");

const app = express();

app.get("/", (request, response) => response.json([{ id: 1, name: "chair" }]));
app.get("/health", (request, response) => response.send("ok"));

module.exports = app;
