const router = require("express").Router();
router.get("/health", (_, answer) => answer.send("ok"));
module.exports = router;
