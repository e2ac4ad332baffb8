plugins {
    java
    id("io.quarkus") version "3.38.3"
}

dependencies {
    implementation(enforcedPlatform("io.quarkus.platform:quarkus-bom:3.38.3"))
    implementation("io.quarkus:quarkus-rest")
    implementation("io.quarkus:quarkus-smallrye-health")
    implementation(project(":prices"))
}

java {
    toolchain { languageVersion = JavaLanguageVersion.of(21) }
}
