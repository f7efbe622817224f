from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.browser import Browser
from tests.records import added, form

PAGE = "/account/<%slug%>"


<%#has_assert_own%>
@pytest.mark.assertion(<%assert_own_q%>)
<%/has_assert_own%>
def test_member_adds_and_finds_a_record(member: Browser, db: Session) -> None:
    answer = member.submit(f"{PAGE}/new", form(db, "<%plural%>", owner="member"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=saved")
    assert f'href="{PAGE}/' in member.get(answer.headers["location"]).text


def test_form_shows_what_is_wrong(member: Browser) -> None:
    answer = member.submit(f"{PAGE}/new", {})
    assert answer.status_code == 422
    assert "-error" in answer.text
<%^has_adjust%>


<%#has_assert_own%>
@pytest.mark.assertion(<%assert_own_q%>)
<%/has_assert_own%>
def test_member_changes_a_record(member: Browser, db: Session) -> None:
    address = f"{PAGE}/{added(db, '<%plural%>', 'member').id}"
    assert member.submit(address, form(db, "<%plural%>", "form2", "member")).status_code == 303
    wrong = {name: "\x00" for name in form(db, "<%plural%>", owner="member")}
    assert member.submit(address, wrong).status_code == 422
<%/has_adjust%>


<%#has_assert_own%>
@pytest.mark.assertion(<%assert_own_q%>)
<%/has_assert_own%>
def test_member_deletes_a_record(member: Browser, db: Session) -> None:
    address = f"{PAGE}/{added(db, '<%plural%>', 'member').id}"
    assert member.submit(f"{PAGE}/new", {}, to=f"{address}/delete").status_code == 303
    assert member.submit(f"{PAGE}/new", {}, to=f"{address}/delete").status_code == 404


<%#has_assert_isolation%>
@pytest.mark.assertion(<%assert_isolation_q%>)
<%/has_assert_isolation%>
def test_other_members_find_nothing(member: Browser, member2: Browser, db: Session) -> None:
    address = f"{PAGE}/{added(db, '<%plural%>', 'member').id}"
    assert f'href="{address}"' in member.get(PAGE).text
    assert f'href="{address}"' not in member2.get(PAGE).text
<%^has_adjust%>
    assert member2.get(address).status_code == 404
    assert member2.submit(f"{PAGE}/new", form(db, "<%plural%>", owner="member2"), to=address).status_code == 404
<%/has_adjust%>
    assert member2.submit(f"{PAGE}/new", {}, to=f"{address}/delete").status_code == 404
    for method in ("GET", "DELETE"):
        assert member2.api(method, f"/<%slug%>/{address.rpartition('/')[2]}").status_code == 404


<%#has_assert_staff_sees_all%>
@pytest.mark.assertion(<%assert_staff_sees_all_q%>)
<%/has_assert_staff_sees_all%>
def test_team_sees_the_records_of_all(admin: Browser, db: Session) -> None:
    record = added(db, "<%plural%>", "member")
    assert f'href="/admin/<%slug%>/{record.id}"' in admin.get("/admin/<%slug%>").text


<%#has_assert_closed%>
@pytest.mark.assertion(<%assert_closed_q%>)
<%/has_assert_closed%>
@pytest.mark.parametrize("path", ["", "/new", "/1?x=1"])
def test_strangers_are_sent_to_the_sign_in(anyone: Browser, path: str) -> None:
    answer = anyone.get(PAGE + path)
<%^has_adjust%>
    assert answer.status_code == 303
<%/has_adjust%>
<%#has_adjust%>
    assert answer.status_code == (404 if "1" in path else 303)
<%/has_adjust%>
