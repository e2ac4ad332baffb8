# syntax=docker/dockerfile:1
FROM maven:3.9-eclipse-temurin-21-noble AS build
WORKDIR /src
COPY pom.xml ./
RUN --mount=type=cache,target=/root/.m2 mvn -B dependency:go-offline
COPY src src
RUN --mount=type=cache,target=/root/.m2 mvn -B package -DskipTests

FROM eclipse-temurin:21-jre-noble
COPY --from=build /src/target/clock-1.0-SNAPSHOT.jar /clock.jar
USER 10001
CMD ["java", "-cp", "/clock.jar", "com.example.clock.Clock"]
