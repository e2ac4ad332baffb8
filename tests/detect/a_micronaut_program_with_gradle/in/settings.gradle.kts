rootProject.name = "ferry"
