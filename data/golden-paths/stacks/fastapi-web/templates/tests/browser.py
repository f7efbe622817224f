"""A visitor: keeps its own cookies, fills in forms, and can use the API with a token."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import sqlalchemy as sa
from fastapi.testclient import TestClient

from app.database import new_session
from app.security.bearer import issue
from app.security.models import AppUser

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class Browser:
    def __init__(self, client: TestClient, cookies: Mapping[str, str], email: str = "") -> None:
        self.client = client
        self.cookies = dict(cookies)
        self.email = email

    def request(self, method: str, path: str, **options: Any) -> Any:
        headers = options.pop("headers", {})
        if self.cookies:
            headers = headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        answer = self.client.request(method, path, headers=headers, **options)
        self.cookies |= dict(answer.cookies)
        self.client.cookies.clear()
        return answer

    def get(self, path: str, **options: Any) -> Any:
        return self.request("GET", path, **options)

    def post(self, path: str, form: Mapping[str, str]) -> Any:
        return self.request("POST", path, data=dict(form))

    def submit(self, path: str, form: Mapping[str, str], to: str = "") -> Any:
        """Open a page, fill in its form and send it."""
        hidden = {name: unescape(value) for name, value in HIDDEN.findall(self.get(path).text)}
        return self.post(to or path, hidden | dict(form))

    def api(self, method: str, path: str, **options: Any) -> Any:
        """Call the API as the user of this browser; a stranger has no token."""
        headers = {"Authorization": f"Bearer {token_of(self.email)}"} if self.email else {}
        answer = self.client.request(method, f"/api/v1{path}", headers=headers, **options)
        self.client.cookies.clear()
        return answer


def token_of(email: str) -> str:
    with new_session() as db:
        return issue(db.scalars(sa.select(AppUser).where(AppUser.email == email)).one())
