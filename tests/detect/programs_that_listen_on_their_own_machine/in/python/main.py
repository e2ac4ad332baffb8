import uvicorn
from fastapi import FastAPI

def make():
    return FastAPI()

if __name__ == "__main__":
    uvicorn.run(make(), host="127.0.0.1", port=5000)
