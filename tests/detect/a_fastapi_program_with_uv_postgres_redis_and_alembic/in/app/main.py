import redis
from fastapi import FastAPI
from sqlalchemy import create_engine, text

from app.settings import settings

app = FastAPI()
engine = create_engine(settings.database_url.replace("postgresql://", "postgresql+psycopg://"))


@app.get("/health")
def health() -> dict:
    with engine.connect() as connection:
        orders = connection.execute(text("select count(*) from orders")).scalar_one()
    redis.Redis.from_url(settings.redis_url).ping()
    return {"orders": orders}
