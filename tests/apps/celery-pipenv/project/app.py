from flask import Flask

from tasks import double

app = Flask(__name__)


@app.get("/health")
def health():
    return "ok"


@app.post("/double/<int:number>")
def start(number):
    double.delay(number)
    return "", 202
