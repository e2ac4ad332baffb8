from fastapi import FastAPI
from notes_shared import Note

app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/notes")
def notes() -> list[Note]:
    return [Note(id=1, text="first note")]
