from aiohttp import web

from config import Settings

if __name__ == "__main__":
    web.run_app(web.Application(), port=Settings().port)
