import os

import psycopg
from flask import Flask

HOST = os.environ["DB_HOST"]
PASSWORD = os.getenv("DB_PASSWORD", "")
CACHE = os.environ.get("REDIS_URL")

app = Flask(__name__)
