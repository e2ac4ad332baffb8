rootProject.name = "java-gradle-alpine-spring"
