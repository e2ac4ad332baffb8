rootProject.name = "market"
include("backoffice", "prices", "shop")
