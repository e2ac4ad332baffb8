from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.database import session
from app.models import Note

app = FastAPI(title="notes")
Database = Annotated[Session, Depends(session)]


class Draft(BaseModel):
    text: str


class Saved(Draft):
    model_config = ConfigDict(from_attributes=True)

    id: int


@app.get("/health")
def health(database: Database) -> dict[str, str]:
    database.execute(text("SELECT 1"))
    return {"status": "ok"}


@app.get("/notes")
def notes(database: Database) -> list[Saved]:
    return [Saved.model_validate(note) for note in database.scalars(select(Note).order_by(Note.id))]


@app.post("/notes", status_code=201)
def write(draft: Draft, database: Database) -> Saved:
    note = Note(text=draft.text)
    database.add(note)
    database.commit()
    return Saved.model_validate(note)


@app.get("/notes/{number}")
def note(number: int, database: Database) -> Saved:
    found = database.get(Note, number)
    if found is None:
        raise HTTPException(404, "no such note")
    return Saved.model_validate(found)
