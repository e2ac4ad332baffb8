from fastapi import FastAPI

from orders import router

app = FastAPI()
app.include_router(router, prefix="/api/v1")


@app.get("/healthz")
def health():
    return {"status": "ok"}
