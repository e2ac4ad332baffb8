import os

os.environ["PGHOST"] = "localhost"
