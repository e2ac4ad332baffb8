from collections.abc import Iterator

from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import DeclarativeBase, Session

from app.settings import settings

url = make_url(settings.database_url)
if url.drivername == "postgresql":
    url = url.set(drivername="postgresql+psycopg")
engine = create_engine(url)


class Base(DeclarativeBase):
    pass


def session() -> Iterator[Session]:
    with Session(engine) as current:
        yield current
