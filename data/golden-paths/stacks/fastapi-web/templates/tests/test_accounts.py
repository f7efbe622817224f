"""Registration and the accounts of members."""

from __future__ import annotations

import pytest

from tests.browser import Browser
from tests.conftest import PASSWORD

ROBIN = {"name": "Robin <b>", "email": "robin@example.com", "password": PASSWORD}


<%#has_assert_register%>
@pytest.mark.assertion(<%assert_register_q%>)
<%/has_assert_register%>
def test_anyone_registers_and_is_signed_in(anyone: Browser) -> None:
    answer = anyone.submit("/register", ROBIN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    account = anyone.get("/account").text
    assert "Robin &lt;b&gt;" in account
    assert "Robin <b>" not in account


def test_registration_is_checked(anyone: Browser) -> None:
    for field, value in (("email", "member@example.com"), ("password", PASSWORD[:4]), ("name", "")):
        answer = anyone.submit("/register", ROBIN | {field: value})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text


<%#has_assert_member_no_admin%>
@pytest.mark.assertion(<%assert_member_no_admin_q%>)
<%/has_assert_member_no_admin%>
def test_nobody_registers_as_administrator(anyone: Browser) -> None:
    anyone.submit("/register", ROBIN | {"role": "admin"})
    assert anyone.get("/admin").status_code == 403


<%#has_assert_member_area%>
@pytest.mark.assertion(<%assert_member_area_q%>)
<%/has_assert_member_area%>
def test_member_reaches_the_own_account(member: Browser, anyone: Browser) -> None:
    assert member.get("/account").status_code == 200
    assert anyone.get("/account").headers["location"] == "/login?next=/account"


<%#has_assert_member_no_admin%>
@pytest.mark.assertion(<%assert_member_no_admin_q%>)
<%/has_assert_member_no_admin%>
@pytest.mark.parametrize(
    "path",
    [
        "/admin",
        "/admin/users",
<%#entities%>
        "/admin/<%slug%>",
<%/entities%>
    ],
)
def test_member_does_not_reach_the_administration(member: Browser, path: str) -> None:
    assert member.get(path).status_code == 403
