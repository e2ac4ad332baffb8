package com.example.clock;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;

public class Clock {
    public static void main(String[] args) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(8080), 0);
        server.createContext("/", exchange -> answer(exchange, Instant.now().toString()));
        server.createContext("/health", exchange -> answer(exchange, "ok"));
        server.start();
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        exchange.sendResponseHeaders(200, text.length());
        try (var body = exchange.getResponseBody()) {
            body.write(text.getBytes());
        }
    }
}
