"""One app and one database in memory for all tests; each test starts from the same content."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Iterator

import pytest

PASSWORD = secrets.token_urlsafe(12)
PEOPLE = {
    "admin": "admin",
<%#roles%>
    <%role_q%>: <%role_q%>,
<%/roles%>
<%#has_accounts%>
    "member": "member",
    "member2": "member",
<%/has_accounts%>
}
os.environ |= {
    "DATABASE_URL": "sqlite://",
    "SECRET_KEY": secrets.token_hex(),
    "PASSWORD_COST": "4",
    "LOG_LEVEL": "critical",
    "BOOTSTRAP_USERS": json.dumps(
        [{"email": f"{name}@example.com", "password": PASSWORD, "role": role} for name, role in PEOPLE.items()]
    ),
}

from fastapi.testclient import TestClient  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from app.database import engine, new_session  # noqa: E402
from app.main import app  # noqa: E402
from tests.browser import Browser  # noqa: E402


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Write the id of the assertion that a test proves into the report."""
    for item in items:
        for mark in item.iter_markers("assertion"):
            item.user_properties.append(("assertion", mark.args[0]))


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    with TestClient(app) as running:
        running.follow_redirects = False
        yield running


@pytest.fixture(scope="session")
def signed_in(client: TestClient) -> dict[str, dict[str, str]]:
    """The cookies of everybody, from one sign-in each."""
    cookies = {}
    for name in PEOPLE:
        browser = Browser(client, {})
        answer = browser.submit("/login", {"email": f"{name}@example.com", "password": PASSWORD})
        assert answer.status_code == 303
        cookies[name] = browser.cookies
    return cookies


@pytest.fixture(scope="session")
def beginning(signed_in: dict[str, dict[str, str]]) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:")
    engine().raw_connection().dbapi_connection.backup(copy)
    return copy


@pytest.fixture(autouse=True)
def fresh_database(beginning: sqlite3.Connection) -> Iterator[None]:
    yield
    beginning.backup(engine().raw_connection().dbapi_connection)


@pytest.fixture
def db() -> Iterator[Session]:
    with new_session() as session:
        yield session


@pytest.fixture
def anyone(client: TestClient) -> Browser:
    return Browser(client, {})


@pytest.fixture
def admin(client: TestClient, signed_in: dict[str, dict[str, str]]) -> Browser:
    return Browser(client, signed_in["admin"], "admin@example.com")
<%#has_accounts%>


@pytest.fixture
def member(client: TestClient, signed_in: dict[str, dict[str, str]]) -> Browser:
    return Browser(client, signed_in["member"], "member@example.com")


@pytest.fixture
def member2(client: TestClient, signed_in: dict[str, dict[str, str]]) -> Browser:
    return Browser(client, signed_in["member2"], "member2@example.com")
<%/has_accounts%>
<%#roles%>


@pytest.fixture
def <%role%>(client: TestClient, signed_in: dict[str, dict[str, str]]) -> Browser:
    return Browser(client, signed_in[<%role_q%>], "<%role%>@example.com")
<%/roles%>
