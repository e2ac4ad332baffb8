import signal
import sys
import time


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    while True:
        print("worked", flush=True)
        time.sleep(10)


if __name__ == "__main__":
    main()
