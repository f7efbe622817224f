from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.browser import Browser
from tests.records import form

PAGE = "/<%slug%>/new"
HOSTILE = "<script>alert('x')</script>\"; DROP TABLE <%plural%>; --"


<%#has_assert_submit%>
@pytest.mark.assertion(<%assert_submit_q%>)
<%/has_assert_submit%>
def test_visitor_sends_the_form_and_is_thanked(anyone: Browser, db: Session) -> None:
    answer = anyone.submit(PAGE, form(db, "<%plural%>"))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/<%slug%>/thanks?reference=")
    thanks = anyone.get(answer.headers["location"])
    assert thanks.status_code == 200
    assert answer.headers["location"].rpartition("=")[2] in thanks.text


<%#has_assert_invalid%>
@pytest.mark.assertion(<%assert_invalid_q%>)
<%/has_assert_invalid%>
def test_each_required_field_has_its_message(anyone: Browser) -> None:
    answer = anyone.submit(PAGE, {})
    assert answer.status_code == 422
<%#fields%>
<%#required%>
<%^is_boolean%>
    assert 'id="<%field%>-error"' in answer.text
<%/is_boolean%>
<%/required%>
<%/fields%>


def test_what_was_typed_comes_back_escaped(anyone: Browser, db: Session) -> None:
    wrong = {name: HOSTILE for name in form(db, "<%plural%>")}
    answer = anyone.submit(PAGE, wrong)
    assert "<script>alert" not in answer.text


<%#has_assert_inbox%>
@pytest.mark.assertion(<%assert_inbox_q%>)
<%/has_assert_inbox%>
def test_what_was_sent_reaches_the_team(anyone: Browser, admin: Browser, db: Session) -> None:
    reference = anyone.submit(PAGE, form(db, "<%plural%>")).headers["location"].rpartition("=")[2]
    assert f'href="/admin/<%slug%>/{int(reference)}"' in admin.get("/admin/<%slug%>").text


def test_form_of_another_site_is_refused(anyone: Browser, db: Session) -> None:
    assert anyone.post(PAGE, form(db, "<%plural%>")).status_code == 403


@pytest.mark.parametrize("reference", ["", "<b>1</b>", "9" * 40])
def test_thanks_repeats_only_numbers(anyone: Browser, reference: str) -> None:
    answer = anyone.get("/<%slug%>/thanks", params={"reference": reference})
    assert answer.status_code == 200
    assert f"<strong>{reference}</strong>" not in answer.text
