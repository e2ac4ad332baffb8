from flask import Flask


def create_app():
    app = Flask(__name__)

    @app.route("/healthz")
    def healthz():
        return {"status": "ok"}

    return app
