from fastapi import FastAPI

from app.routers import orders

app = FastAPI(title="Orders")
app.include_router(orders.router, prefix="/orders")


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
