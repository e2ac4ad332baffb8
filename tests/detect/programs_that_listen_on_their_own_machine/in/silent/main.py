import uvicorn

if __name__ == "__main__":
    uvicorn.run("shop.web:make", port=8000)
