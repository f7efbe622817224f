from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.browser import Browser
from tests.records import added, form, values

PAGE = "/admin/<%slug%>"


<%#has_assert_closed%>
@pytest.mark.assertion(<%assert_closed_q%>)
<%/has_assert_closed%>
@pytest.mark.parametrize("path", ["", "/new", "/1"])
def test_strangers_are_sent_to_the_sign_in(anyone: Browser, path: str) -> None:
    answer = anyone.get(PAGE + path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={PAGE}{path}")


<%#has_assert_manage%>
@pytest.mark.assertion(<%assert_manage_q%>)
<%/has_assert_manage%>
<%#has_assert_record%>
@pytest.mark.assertion(<%assert_record_q%>)
<%/has_assert_record%>
def test_team_adds_a_record(admin: Browser, db: Session) -> None:
    answer = admin.submit(f"{PAGE}/new", form(db, "<%plural%>"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=saved")
    assert f'href="{PAGE}/' in admin.get(answer.headers["location"]).text


<%#has_assert_manage%>
@pytest.mark.assertion(<%assert_manage_q%>)
<%/has_assert_manage%>
def test_team_opens_and_deletes_a_record(admin: Browser, db: Session) -> None:
    made = admin.api("POST", "/<%slug%>", json=values(db, "<%plural%>")).json()
    address = f"{PAGE}/{made['id']}"
    assert admin.get(address).status_code == 200
    assert admin.submit(address, {}, to=f"{address}/delete").status_code == 303
    assert admin.get(address).status_code == 404
<%^has_adjust%>


<%#has_assert_manage%>
@pytest.mark.assertion(<%assert_manage_q%>)
<%/has_assert_manage%>
def test_team_changes_a_record(admin: Browser, db: Session) -> None:
    address = f"{PAGE}/{added(db, '<%plural%>').id}"
    assert admin.submit(address, form(db, "<%plural%>", "form2")).status_code == 303
<%/has_adjust%>


<%#has_assert_validate%>
@pytest.mark.assertion(<%assert_validate_q%>)
<%/has_assert_validate%>
def test_form_shows_what_is_wrong(admin: Browser, db: Session) -> None:
    wrong = {name: "\x00" for name in form(db, "<%plural%>")}
    answer = admin.submit(f"{PAGE}/new", wrong)
    assert answer.status_code == 422
    assert "-error" in answer.text
<%^has_adjust%>
    address = f"{PAGE}/{added(db, '<%plural%>').id}"
    assert admin.submit(address, wrong).status_code == 422
<%/has_adjust%>


def test_form_without_token_changes_nothing(admin: Browser, db: Session) -> None:
    record = added(db, "<%plural%>")
    assert admin.post(f"{PAGE}/new", form(db, "<%plural%>")).status_code == 403
    assert admin.post(f"{PAGE}/{record.id}/delete", {}).status_code == 403
    assert admin.get(f"{PAGE}/{record.id}").status_code == 200


<%#has_assert_find%>
@pytest.mark.assertion(<%assert_find_q%>)
<%/has_assert_find%>
@pytest.mark.parametrize("word", ["", "nothing-like-it", "%", "'; --", "\x00", "ü" * 500])
def test_any_search_is_answered(admin: Browser, word: str) -> None:
    assert admin.get(PAGE, params={"q": word}).status_code == 200
<%#has_alert%>


<%#has_assert_alert_page%>
@pytest.mark.assertion(<%assert_alert_page_q%>)
<%/has_assert_alert_page%>
def test_what_needs_attention_is_listed(admin: Browser, db: Session) -> None:
    record = added(db, "<%plural%>", <%alert_field%>=2, <%alert_at_most%>=5)
    assert f'href="{PAGE}/{record.id}"' in admin.get(f"{PAGE}?alert=1").text
    assert f'href="{PAGE}/{record.id}"' in admin.get("/admin").text
<%/has_alert%>
