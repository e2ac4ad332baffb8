"""A small web service that says which services it reaches.

python main.py               serve HTTP
python main.py worker        work in the background
python main.py worker-check  exit 0 if the worker is alive
python main.py migrate       wait for services with a secret URL, then prepare them
"""

import json
import os
import signal
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HEARTBEAT = Path("/tmp/worker.alive")


def log(message: str, level: str = "info", **fields: object) -> None:
    print(json.dumps({"level": level, "message": message, **fields}), flush=True)


def stems() -> list[str]:
    """What the environment names: each ..._HOST that has a ..._PORT beside it."""
    hosts = sorted(name for name in os.environ if name.endswith("_HOST"))
    found = [name.removesuffix("_HOST") for name in hosts]
    return [stem for stem in found if f"{stem}_PORT" in os.environ]


def check(stem: str) -> str:
    address = os.environ[f"{stem}_HOST"], os.environ[f"{stem}_PORT"]
    try:
        if url_file := os.environ.get(f"{stem}_URL_FILE"):
            Path(url_file).read_text(encoding="utf-8")
        with socket.create_connection(address, timeout=1):
            return "reachable"
    except (OSError, ValueError) as error:
        return f"unreachable: {error}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        match self.path.partition("?")[0]:
            case "/":
                found = {stem.lower(): check(stem) for stem in stems()}
                self.reply(200, {"name": "python-with-node-frontend", "services": found})
            case "/health":
                self.reply(200, {"status": "ok"})
            case _:
                self.reply(404, {"error": "not found"})

    def reply(self, status: int, content: dict[str, object]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        if "/health" not in self.requestline:  # the probe would drown all others
            log(format % args)


def serve() -> None:
    port = int(os.environ.get("PORT", "8000"))
    with ThreadingHTTPServer(("0.0.0.0", port), Handler) as server:
        log("listening", port=port)
        server.serve_forever()


def work() -> None:
    log("working")
    while True:
        HEARTBEAT.touch()
        time.sleep(5)


def worker_check() -> None:
    alive = HEARTBEAT.exists() and time.time() - HEARTBEAT.stat().st_mtime < 30
    sys.exit(0 if alive else 1)


def migrate() -> None:
    # A service without a secret URL has no data to prepare, and need not even run
    needed = [stem for stem in stems() if f"{stem}_URL_FILE" in os.environ]
    deadline = time.monotonic() + 30
    while missed := {s: why for s in needed if (why := check(s)) != "reachable"}:
        if time.monotonic() > deadline:
            log("cannot migrate", level="error", services=missed)
            sys.exit(1)
        time.sleep(1)
    log("migrated")


def main() -> None:
    # The first process of a container is not ended by signals that it does not handle
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    match sys.argv[1:]:
        case []:
            serve()
        case ["worker"]:
            work()
        case ["worker-check"]:
            worker_check()
        case ["migrate"]:
            migrate()
        case _:
            sys.exit("usage: python main.py [worker | worker-check | migrate]")


if __name__ == "__main__":
    main()
