import os

os.environ.setdefault("DATABASE_URL", "postgresql://localhost/none")

from app.main import Draft


def test_a_draft_has_a_text():
    assert Draft(text="buy milk").text == "buy milk"
