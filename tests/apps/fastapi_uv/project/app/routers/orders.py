from fastapi import APIRouter

router = APIRouter()


@router.get("/")
def all_orders() -> list[dict[str, int]]:
    return [{"id": 1}]
