"""A client of the API; with an email it has the token of that user."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from fastapi.testclient import TestClient

from app.database import new_session
from app.security.bearer import issue
from app.security.models import AppUser


class Browser:
    def __init__(self, client: TestClient, email: str = "") -> None:
        self.client = client
        self.email = email

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def api(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {token_of(self.email)}"} if self.email else {}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **options)


def token_of(email: str) -> str:
    with new_session() as db:
        return issue(db.scalars(sa.select(AppUser).where(AppUser.email == email)).one())
