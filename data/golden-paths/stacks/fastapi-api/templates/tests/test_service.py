"""Tokens, errors and what holds for every answer."""

from __future__ import annotations

import pytest

from app.config import database_file, driver_url
from app.main import app
from app.security.passwords import hash_password, verify_password
from app.security.signing import seal, unseal
from tests.browser import Browser
from tests.conftest import PASSWORD

ADMIN = {"email": "Admin@Example.com ", "password": PASSWORD}
WRONG = {"email": "admin@example.com", "password": PASSWORD[1:]}
PROBLEM = "application/problem+json"


<%#has_assert_token%>
@pytest.mark.assertion(<%assert_token_q%>)
<%/has_assert_token%>
def test_a_password_gets_a_token_and_the_token_lets_in(anyone: Browser) -> None:
    answer = anyone.api("POST", "/token", json=ADMIN)
    assert answer.json()["token_type"] == "bearer"
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    for path in (
<%#entities%>
        "/api/v1/<%slug%>",
<%/entities%>
    ):
        assert anyone.client.get(path, headers=headers).status_code == 200


<%#has_assert_wrong_password%>
@pytest.mark.assertion(<%assert_wrong_password_q%>)
<%/has_assert_wrong_password%>
@pytest.mark.parametrize("email", ["admin@example.com", "nobody@example.com", "", "\x00"])
def test_wrong_password_gets_no_token(anyone: Browser, email: str) -> None:
    answer = anyone.api("POST", "/token", json=WRONG | {"email": email})
    assert (answer.status_code, answer.headers["content-type"]) == (401, PROBLEM)


def test_guessing_is_slowed_down(anyone: Browser) -> None:
    codes = [anyone.api("POST", "/token", json=WRONG).status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]
    assert anyone.api("POST", "/token", json=ADMIN).headers["retry-after"] == "900"


<%#has_assert_token_invalid%>
@pytest.mark.assertion(<%assert_token_invalid_q%>)
<%/has_assert_token_invalid%>
def test_incomplete_credentials_are_named(anyone: Browser) -> None:
    answer = anyone.api("POST", "/token", json={"email": "x"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert [error["field"] for error in answer.json()["errors"]] == ["password"]


@pytest.mark.parametrize("token", ["", "x", "x.y", "ü.ü", "e30=.00"])
def test_forged_tokens_are_worth_nothing(token: str) -> None:
    assert unseal("api", token) is None


def test_sealed_claims_end() -> None:
    assert unseal("api", seal("api", {"user": 1}, 60))["user"] == 1
    assert unseal("other", seal("api", {"user": 1}, 60)) is None
    assert unseal("api", seal("api", {"user": 1}, -1)) is None


def test_passwords_are_kept_as_salted_hashes() -> None:
    stored = hash_password("secret")
    assert stored != hash_password("secret")
    assert "secret" not in stored
    assert verify_password("secret", stored)
    assert not verify_password("Secret", stored)
    assert not verify_password("secret", "none")
<%#roles%>


def test_<%role%>_manages_what_is_meant_for_the_role(<%role%>: Browser) -> None:
    allowed = {
<%#manages%>
        <%managed_q%>,
<%/manages%>
    }
    for entity, slug in (
<%#entities%>
        ("<%entity%>", "<%slug%>"),
<%/entities%>
    ):
        codes = (404,) if entity in allowed else (403, 404)
        assert <%role%>.api("DELETE", f"/{slug}/999999").status_code in codes
<%/roles%>


<%#has_assert_not_found%>
@pytest.mark.assertion(<%assert_not_found_q%>)
<%/has_assert_not_found%>
@pytest.mark.parametrize("path", ["/api/v1/no-such-thing", "/no-such-thing", "/%00"])
def test_what_is_missing_is_a_problem_document(anyone: Browser, path: str) -> None:
    answer = anyone.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


<%#has_assert_security_headers%>
@pytest.mark.assertion(<%assert_security_headers_q%>)
<%/has_assert_security_headers%>
@pytest.mark.parametrize("path", ["/healthz", "/docs", "/no-such-thing"])
def test_security_headers_are_everywhere(anyone: Browser, path: str) -> None:
    headers = anyone.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in headers["content-security-policy"]


<%#has_assert_health%>
@pytest.mark.assertion(<%assert_health_q%>)
<%/has_assert_health%>
def test_health(anyone: Browser) -> None:
    assert anyone.get("/healthz").json() == {"status": "ok"}


<%#has_assert_openapi%>
@pytest.mark.assertion(<%assert_openapi_q%>)
<%/has_assert_openapi%>
def test_api_describes_itself(anyone: Browser) -> None:
    paths = anyone.get("/openapi.json").json()["paths"]
<%#entities%>
    assert "/api/v1/<%slug%>/{record_id}" in paths
<%/entities%>


<%#has_assert_docs%>
@pytest.mark.assertion(<%assert_docs_q%>)
<%/has_assert_docs%>
def test_api_has_documentation(anyone: Browser) -> None:
    assert anyone.get("/").headers["location"] == "/docs"
    assert "/api/v1/token" in anyone.get("/docs").text


def test_a_body_beyond_the_limit_is_refused(anyone: Browser) -> None:
    assert anyone.api("POST", "/token", json={"email": "x" * (1024 * 1024)}).status_code == 413


def test_an_unforeseen_error_is_answered(anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(app, "openapi", broken)
    answer = anyone.get("/docs")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "broken on purpose" not in answer.text


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@db/app", "postgresql+psycopg2://u:p@db/app"),
        ("postgresql://u:p@db/app", "postgresql+psycopg2://u:p@db/app"),
        ("sqlite:///data/app.db", "sqlite:///data/app.db"),
    ],
)
def test_database_addresses(given: str, used: str) -> None:
    assert driver_url(given) == used
    assert (database_file(used) is not None) == used.startswith("sqlite")
