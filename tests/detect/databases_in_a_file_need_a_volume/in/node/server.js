const app = require("express")()
const db = require("better-sqlite3")("data/app.db")
const upload = require("multer")({ dest: "uploads/" })
app.listen(3000)
