from flask import Blueprint, Flask

api = Blueprint("api", __name__, url_prefix="/api")


@api.get("/health")
def health():
    return "ok"


app = Flask(__name__)
app.register_blueprint(api)
