package app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The services that the environment names: each X_HOST with an X_PORT beside it. */
final class Services {
    static final String REACHABLE = "reachable";
    private static final int TIMEOUT_MILLIS = 1000;

    private Services() {}

    /** What each service answers to a connection, by name. */
    static Map<String, String> states() {
        return states(stem -> true);
    }

    /** The same of those that have a secret URL: others hold no data, and need not even run. */
    static Map<String, String> statesOfData() {
        return states(stem -> System.getenv(stem + "_URL_FILE") != null);
    }

    private static Map<String, String> states(Predicate<String> wanted) {
        var states = new TreeMap<String, String>();
        var environment = System.getenv();
        for (String variable : environment.keySet()) {
            if (!variable.endsWith("_HOST")) {
                continue;
            }
            String stem = variable.substring(0, variable.length() - "_HOST".length());
            if (environment.containsKey(stem + "_PORT") && wanted.test(stem)) {
                states.put(stem.toLowerCase(Locale.ROOT), state(stem, environment));
            }
        }
        return states;
    }

    private static String state(String stem, Map<String, String> environment) {
        try (var socket = new Socket()) {
            String secret = environment.get(stem + "_URL_FILE");
            if (secret != null) {
                Files.readString(Path.of(secret));
            }
            int port = Integer.parseInt(environment.get(stem + "_PORT"));
            socket.connect(new InetSocketAddress(environment.get(stem + "_HOST"), port), TIMEOUT_MILLIS);
            return REACHABLE;
        } catch (IOException | IllegalArgumentException error) {
            return "unreachable: " + error.getClass().getSimpleName() + ": " + error.getMessage();
        }
    }
}
