plugins {
    id("com.gradleup.shadow") version "9.2.2"
    id("io.micronaut.application") version "4.6.1"
}

dependencies {
    implementation("io.micronaut:micronaut-management")
    implementation("io.micronaut.sql:micronaut-jdbc-hikari")
    runtimeOnly("org.postgresql:postgresql")
}

application {
    mainClass = "com.example.ferry.Application"
}

java {
    sourceCompatibility = JavaVersion.toVersion("21")
}
