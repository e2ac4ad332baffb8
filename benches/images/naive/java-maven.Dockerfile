FROM maven:3.9-eclipse-temurin-21-noble
WORKDIR /app
COPY . .
RUN mvn package
EXPOSE 8080
CMD java -cp target/units-2.1.0.jar com.example.units.Server
