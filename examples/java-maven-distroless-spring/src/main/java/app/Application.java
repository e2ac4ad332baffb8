package app;

import java.io.IOException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The commands of the program; without one it serves. */
@SpringBootApplication
public class Application {
    public static void main(String[] args) throws IOException, InterruptedException {
        String command = args.length == 0 ? "serve" : args[0];
        switch (command) {
            case "worker" -> Worker.run();
            case "worker-check" -> System.exit(Worker.isAlive() ? 0 : 1);
            case "migrate" -> System.exit(Migration.run() ? 0 : 1);
            default -> SpringApplication.run(Application.class, args);
        }
    }
}
