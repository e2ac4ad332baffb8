// Command go-alpine is a starter: its front page says which services it reaches.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

const (
	name      = "go-alpine"
	heartbeat = "/tmp/worker.alive"
)

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: logField})))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		slog.Error(err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	port, command := os.Getenv("PORT"), "serve"
	if port == "" {
		command = "worker"
	}
	if len(args) > 0 {
		command = args[0]
	}
	switch command {
	case "serve":
		return serve(ctx, port)
	case "worker":
		return work(ctx)
	case "worker-check":
		return checkWorker()
	case "migrate":
		return migrate(ctx)
	}
	return fmt.Errorf("unknown command %q", command)
}

func serve(ctx context.Context, port string) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, map[string]any{"name": name, "services": services(r.Context())})
	})
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusNotFound, map[string]string{"error": "not found"})
	})

	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		return err
	}
	slog.Info("listening", "port", listener.Addr().(*net.TCPAddr).Port)

	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-ctx.Done()
		// Requests under way get a moment to finish.
		grace, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
		defer cancel()
		_ = server.Shutdown(grace)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	<-done
	return nil
}

func work(ctx context.Context) error {
	slog.Info("worker started")
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		if err := os.WriteFile(heartbeat, nil, 0o644); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func checkWorker() error {
	file, err := os.Stat(heartbeat)
	if err != nil {
		return err
	}
	if age := time.Since(file.ModTime()); age > 30*time.Second {
		return fmt.Errorf("the last heartbeat was %s ago", age.Round(time.Second))
	}
	return nil
}

func migrate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for stem, address := range addresses() {
		// One without a secret URL has no data to prepare, and need not even run.
		if os.Getenv(stem+"_URL_FILE") == "" {
			continue
		}
		for {
			err := dial(ctx, address)
			if err == nil {
				break
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("%s: %w", stem, err)
			case <-time.After(time.Second):
			}
		}
	}
	slog.Info("migrated")
	return nil
}

// services tries every service that the environment names.
func services(ctx context.Context) map[string]string {
	found := map[string]string{}
	for stem, address := range addresses() {
		found[strings.ToLower(stem)] = "reachable"
		err := dial(ctx, address)
		if file := os.Getenv(stem + "_URL_FILE"); file != "" && err == nil {
			_, err = os.ReadFile(file)
		}
		if err != nil {
			found[strings.ToLower(stem)] = "unreachable: " + err.Error()
		}
	}
	return found
}

// addresses pairs each X_HOST in the environment with its X_PORT.
func addresses() map[string]string {
	found := map[string]string{}
	for _, variable := range os.Environ() {
		key, host, _ := strings.Cut(variable, "=")
		stem, ok := strings.CutSuffix(key, "_HOST")
		if port := os.Getenv(stem + "_PORT"); ok && port != "" {
			found[stem] = net.JoinHostPort(host, port)
		}
	}
	return found
}

func dial(ctx context.Context, address string) error {
	dialer := net.Dialer{Timeout: time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return conn.Close()
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// logField gives slog's fields the names and the spelling that log collectors expect.
func logField(_ []string, field slog.Attr) slog.Attr {
	switch field.Key {
	case slog.MessageKey:
		field.Key = "message"
	case slog.LevelKey:
		field.Value = slog.StringValue(strings.ToLower(field.Value.String()))
	}
	return field
}
