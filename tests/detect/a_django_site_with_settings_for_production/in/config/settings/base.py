import os
DATABASES = {}
