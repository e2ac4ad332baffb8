from fastapi import FastAPI

new = FastAPI()
