from flask import Flask


def create_app():
    app = Flask(__name__)

    @app.route("/")
    def index():
        return "shop"

    @app.route("/healthz")
    def health():
        return {"status": "ok"}

    return app
