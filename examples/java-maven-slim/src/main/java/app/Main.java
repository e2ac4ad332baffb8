package app;

import java.io.IOException;

/** The commands of the program; without one it serves. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        String command = args.length == 0 ? "serve" : args[0];
        switch (command) {
            case "serve" -> Server.run();
            case "worker" -> Worker.run();
            case "worker-check" -> System.exit(Worker.isAlive() ? 0 : 1);
            case "migrate" -> System.exit(Migration.run() ? 0 : 1);
            default -> {
                System.err.println("unknown command `" + command + "`: serve, worker, worker-check, migrate");
                System.exit(2);
            }
        }
    }
}
