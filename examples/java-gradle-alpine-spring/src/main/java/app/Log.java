package app;

/** One JSON object a line, as log collectors read it. */
final class Log {
    private Log() {}

    static void info(String message) {
        System.out.println("{\"level\":\"info\",\"message\":\"" + message + "\"}");
    }

    static void error(String message) {
        System.err.println("{\"level\":\"error\",\"message\":\"" + message + "\"}");
    }

    static void listening(int port) {
        System.out.println("{\"level\":\"info\",\"message\":\"listening\",\"port\":" + port + "}");
    }
}
