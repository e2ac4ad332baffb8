package app;

import java.util.Map;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says which services the application reaches. */
@RestController
class Index {
    @GetMapping("/")
    Map<String, Object> index() {
        return Map.of("name", "java-maven-distroless-spring", "services", Services.states());
    }

    @EventListener
    void listening(WebServerInitializedEvent event) {
        Log.listening(event.getWebServer().getPort());
    }
}
