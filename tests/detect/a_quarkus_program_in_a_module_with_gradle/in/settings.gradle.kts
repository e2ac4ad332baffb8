rootProject.name = "market"
include("prices", "shop")
