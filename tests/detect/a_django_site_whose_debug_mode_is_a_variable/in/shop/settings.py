import os

SECRET_KEY = os.environ.get("SECRET_KEY", "for development")
DEBUG = os.environ.get("SHOP_DEBUG", "no") == "yes"
