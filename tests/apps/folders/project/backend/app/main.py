from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/notes")
def notes() -> list[dict[str, object]]:
    return [{"id": 1, "text": "first note"}]
