package app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Work without requests; a file tells the healthcheck that it goes on. */
final class Worker {
    private static final Path HEARTBEAT = Path.of("/tmp/worker.alive");
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration OVERDUE = Duration.ofSeconds(30);

    private Worker() {}

    static void run() throws IOException, InterruptedException {
        Log.info("worker started");
        while (true) {
            Files.writeString(HEARTBEAT, Instant.now().toString());
            Thread.sleep(PAUSE.toMillis());
        }
    }

    static boolean isAlive() throws IOException {
        try {
            Instant beat = Files.getLastModifiedTime(HEARTBEAT).toInstant();
            return beat.isAfter(Instant.now().minus(OVERDUE));
        } catch (NoSuchFileException missing) {
            return false;
        }
    }
}
