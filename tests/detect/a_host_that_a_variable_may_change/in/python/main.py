import os
import uvicorn

if __name__ == "__main__":
    uvicorn.run("shop.web:make", host=os.getenv("HOST", "127.0.0.1"), port=8000)
