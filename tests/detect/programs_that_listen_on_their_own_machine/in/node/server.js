const app = require("express")()
app.listen(3000, "127.0.0.1")
