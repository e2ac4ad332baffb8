from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route


async def index(request):
    return JSONResponse({"items": []})


async def ready(request):
    return PlainTextResponse("ok")


app = Starlette(routes=[Route("/", index), Route("/readyz", ready)])
