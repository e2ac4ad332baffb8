require("express")().listen(process.env.PORT || 8080);
