"""The pages everybody sees, and what holds for all of them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.config import database_file, driver_url, kept_secret
from app.main import app
from tests.browser import Browser

PAGES = [
    "/",
    "/about",
    "/login",
    "/docs",
<%#has_accounts%>
    "/register",
<%/has_accounts%>
<%#catalogs%>
    "/<%slug%>",
<%/catalogs%>
<%#inboxes%>
    "/<%slug%>/new",
<%/inboxes%>
]


<%#has_assert_home%>
@pytest.mark.assertion(<%assert_home_q%>)
<%/has_assert_home%>
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_well_formed(anyone: Browser, path: str) -> None:
    answer = anyone.get(path)
    assert answer.status_code == 200
    html = answer.text
    assert '<html lang="<%language%>"' in html
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert html.count("<main ") == 1
    assert 'href="#main-content"' in html
    labelled = set(re.findall(r'<label for="([\w-]+)"', html))
    assert set(re.findall(r'<(?:input|select|textarea) id="([\w-]+)"', html)) == labelled
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", html)


<%#has_assert_about%>
@pytest.mark.assertion(<%assert_about_q%>)
<%/has_assert_about%>
def test_a_page_tells_about_us(anyone: Browser) -> None:
    assert anyone.get("/about").status_code == 200


<%#has_assert_not_found%>
@pytest.mark.assertion(<%assert_not_found_q%>)
<%/has_assert_not_found%>
@pytest.mark.parametrize(
    "path", ["/no-such-page", "/static/none.css", "/static/../main.py", "/static/%00", "/%00", "/no/such/page"]
)
def test_what_is_missing_is_not_found(anyone: Browser, path: str) -> None:
    answer = anyone.get(path)
    assert answer.status_code == 404
    assert 'href="/"' in answer.text


<%#has_assert_themes%>
@pytest.mark.assertion(<%assert_themes_q%>)
<%/has_assert_themes%>
def test_colours_are_there_in_light_and_dark(anyone: Browser) -> None:
    theme = anyone.get("/static/theme.css").text
    assert "<%accent%>" in theme
    assert "<%accent_dark%>" in theme
    assert "prefers-color-scheme: dark" in theme
<%#multilingual%>


<%#has_assert_language%>
@pytest.mark.assertion(<%assert_language_q%>)
<%/has_assert_language%>
@pytest.mark.parametrize("code", [<%#languages%><%code_q%>, <%/languages%>])
def test_each_language_is_chosen_and_kept(anyone: Browser, code: str) -> None:
    assert f'<html lang="{code}"' in anyone.get(f"/?lang={code}").text
    assert f'<html lang="{code}"' in anyone.get("/about").text
    assert anyone.get("/?lang=xx").status_code == 200


@pytest.mark.parametrize("code", [<%#languages%><%code_q%>, <%/languages%>])
def test_language_of_the_browser_is_used(anyone: Browser, code: str) -> None:
    assert f'<html lang="{code}"' in anyone.get("/", headers={"Accept-Language": f"xx,{code}-CH;q=0.9"}).text
<%/multilingual%>


<%#has_assert_security_headers%>
@pytest.mark.assertion(<%assert_security_headers_q%>)
<%/has_assert_security_headers%>
@pytest.mark.parametrize("path", ["/", "/no-such-page", "/healthz", "/static/theme.css"])
def test_security_headers_are_everywhere(anyone: Browser, path: str) -> None:
    headers = anyone.get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"


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
    assert "/api/v1/token" in anyone.get("/docs").text


def test_a_body_beyond_the_limit_is_refused(anyone: Browser) -> None:
    assert anyone.post("/login", {"email": "x" * (1024 * 1024)}).status_code == 413


def test_an_unforeseen_error_is_answered(anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(app, "openapi", broken)
    answer = anyone.get("/docs")
    assert answer.status_code == 500
    assert "broken on purpose" not in answer.text
    assert "content-security-policy" in answer.headers


def test_other_methods_are_refused(anyone: Browser) -> None:
    assert anyone.request("DELETE", "/about").status_code == 405
    assert anyone.request("PUT", "/api/v1/token").headers["content-type"] == "application/problem+json"


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


def test_a_key_is_made_once_whoever_asks_first(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(kept_secret, [f"sqlite:///{tmp_path}/app.db"] * 16))
    assert [len(key) for key in keys] == [64]
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
