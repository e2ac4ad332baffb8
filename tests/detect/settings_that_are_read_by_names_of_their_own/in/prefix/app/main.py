import uvicorn
from fastapi import FastAPI

from app.config import Settings

settings = Settings()
app = FastAPI()

if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=settings.port)
