"""Signing in and out, and who gets where."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import now
from app.routers.pages.sign_in import safe_path
from app.security.models import AppUser
from app.security.passwords import hash_password, verify_password
from app.security.session_model import LoginSession
from app.security.signing import seal, unseal
from tests.browser import Browser
from tests.conftest import PASSWORD

ADMIN = {"email": "Admin@Example.com ", "password": PASSWORD}
WRONG = {"email": "admin@example.com", "password": PASSWORD[1:]}


<%#has_assert_login%>
@pytest.mark.assertion(<%assert_login_q%>)
<%/has_assert_login%>
def test_administrator_signs_in_and_out(anyone: Browser) -> None:
    answer = anyone.submit("/login", ADMIN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin")
    assert anyone.get("/admin").status_code == 200
    assert anyone.get("/login").status_code == 303
    before = dict(anyone.cookies)
    assert anyone.submit("/admin", {}, to="/logout").status_code == 303
    anyone.cookies = before
    assert anyone.get("/admin").status_code == 303


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(anyone: Browser) -> None:
    cookie = anyone.submit("/login", ADMIN).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


<%#has_assert_wrong_password%>
@pytest.mark.assertion(<%assert_wrong_password_q%>)
<%/has_assert_wrong_password%>
@pytest.mark.parametrize("email", ["admin@example.com", "nobody@example.com", "", "\x00", "a" * 5000])
def test_wrong_password_is_refused(anyone: Browser, email: str) -> None:
    answer = anyone.submit("/login", {"email": email, "password": PASSWORD[1:]})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert anyone.get("/admin").status_code == 303


def test_guessing_is_slowed_down(anyone: Browser) -> None:
    codes = [anyone.submit("/login", WRONG).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
    locked = anyone.submit("/login", ADMIN)
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) > 0
    token = anyone.api("POST", "/token", json={"email": "admin@example.com", "password": PASSWORD})
    assert (token.status_code, int(token.headers["retry-after"])) == (429, 900)


<%#has_assert_no_csrf%>
@pytest.mark.assertion(<%assert_no_csrf_q%>)
<%/has_assert_no_csrf%>
def test_form_of_another_site_is_refused(anyone: Browser) -> None:
    assert anyone.post("/login", ADMIN).status_code == 403
    assert anyone.submit("/login", ADMIN | {"csrf_token": "forged"}).status_code == 403


def test_sign_in_leads_back_to_where_it_was_asked_for(anyone: Browser) -> None:
    asked = anyone.get("/admin/users?q=a")
    assert asked.headers["location"] == "/login?next=/admin/users%3Fq%3Da"
    assert anyone.submit(asked.headers["location"], ADMIN, to="/login").headers["location"] == "/admin/users?q=a"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "javascript:x", "http://[", ""],
)
def test_sign_in_never_leads_elsewhere(target: str) -> None:
    assert safe_path(target) == ""


def test_session_ends(anyone: Browser, db: Session) -> None:
    anyone.submit("/login", ADMIN)
    db.execute(sa.update(LoginSession).values(expires_at=now()))
    db.commit()
    db.execute(sa.update(LoginSession).values(expires_at=now().replace(year=2000)))
    db.commit()
    assert anyone.get("/admin").status_code == 303


<%#has_assert_users%>
@pytest.mark.assertion(<%assert_users_q%>)
<%/has_assert_users%>
def test_administrator_manages_users(admin: Browser, anyone: Browser, db: Session) -> None:
    new = {"name": "Robin", "email": "robin@example.com", "role": "admin", "password": PASSWORD, "active": "true"}
    assert admin.submit("/admin/users/new", new).status_code == 303
    assert "robin@example.com" in admin.get("/admin/users?q=robin").text
    user_id = db.scalars(sa.select(AppUser.id).where(AppUser.email == "robin@example.com")).one()
    assert anyone.submit("/login", new).status_code == 303
    assert admin.get(f"/admin/users/{user_id}").status_code == 200
    assert admin.submit(f"/admin/users/{user_id}", new | {"password": PASSWORD[::-1]}).status_code == 303
    assert anyone.get("/admin").status_code == 303
    assert admin.submit(f"/admin/users/{user_id}", new | {"active": ""}).status_code == 303
    assert anyone.submit("/login", new | {"password": PASSWORD[::-1]}).status_code == 422


def test_users_are_checked(admin: Browser, anyone: Browser, db: Session) -> None:
    own = db.scalars(sa.select(AppUser.id).where(AppUser.email == "admin@example.com")).one()
    taken = {"name": "Robin", "email": "admin@example.com", "role": "admin", "password": PASSWORD}
    assert 'id="email-error"' in admin.submit("/admin/users/new", taken).text
    assert 'id="password-error"' in admin.submit("/admin/users/new", taken | {"password": PASSWORD[:4]}).text
    assert 'id="role-error"' in admin.submit(f"/admin/users/{own}", taken | {"active": ""}).text
    assert admin.get("/admin/users/999999").status_code == 404
    assert anyone.get("/admin/users").status_code == 303
<%#has_assert_roles%>
<%#roles%>


@pytest.mark.assertion(<%assert_roles_q%>)
def test_<%role%>_reaches_what_is_meant_for_the_role(<%role%>: Browser) -> None:
    assert <%role%>.get("/admin").status_code == 200
    assert <%role%>.get("/admin/users").status_code == 403
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
        assert <%role%>.get(f"/admin/{slug}").status_code == (200 if entity in allowed else 403)
        assert <%role%>.api("DELETE", f"/{slug}/999999").status_code in ((404,) if entity in allowed else (403, 404))
<%/roles%>
<%/has_assert_roles%>


def test_token_needs_the_right_password(anyone: Browser) -> None:
    answer = anyone.api("POST", "/token", json={"email": "admin@example.com", "password": PASSWORD})
    assert answer.json()["token_type"] == "bearer"
    refused = anyone.api("POST", "/token", json=WRONG)
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")
    assert anyone.api("POST", "/token", json={"email": "x"}).json()["errors"][0]["field"] == "password"


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
