package app;

/** Runs once before the application starts: the place for changes to a database's schema. */
final class Migration {
    private static final int ATTEMPTS = 30;

    private Migration() {}

    /** Whether every service that holds data could be reached. */
    static boolean run() throws InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (Services.statesOfData().values().stream().allMatch(Services.REACHABLE::equals)) {
                Log.info("migrated");
                return true;
            }
            Thread.sleep(1000);
        }
        Log.error("not migrated: a service is unreachable");
        return false;
    }
}
