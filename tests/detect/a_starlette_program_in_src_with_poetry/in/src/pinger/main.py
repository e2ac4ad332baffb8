from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def ping(_):
    return JSONResponse({"status": "ok"})


application = Starlette(routes=[Route("/ping", ping)])
