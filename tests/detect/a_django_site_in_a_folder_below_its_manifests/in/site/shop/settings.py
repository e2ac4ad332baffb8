DEBUG = False
STATIC_ROOT = "/app/static"
