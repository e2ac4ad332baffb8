FROM maven:3.9-eclipse-temurin-21-noble
WORKDIR /app
COPY . .
RUN mvn package
EXPOSE 8080
CMD java -cp target/clock-1.0-SNAPSHOT.jar com.example.clock.Clock
