import signal
import sys
import time

from notes_shared import Note


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    while True:
        print(Note(id=1, text="worked").model_dump_json(), flush=True)
        time.sleep(10)


if __name__ == "__main__":
    main()
