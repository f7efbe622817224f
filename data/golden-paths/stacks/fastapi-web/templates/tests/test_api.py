from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

<%#has_adjust%>
from app import models
<%/has_adjust%>
<%#has_capacity%>
from app.services import <%plural%> as service
<%/has_capacity%>
from tests.browser import Browser
from tests.records import added, values

PATH = "/<%slug%>"


<%#has_assert_api_list%>
@pytest.mark.assertion(<%assert_api_list_q%>)
<%/has_assert_api_list%>
def test_list_comes_in_pages(admin: Browser, db: Session) -> None:
    added(db, "<%plural%>")
    answer = admin.api("GET", f"{PATH}?page=1&page_size=1")
    assert answer.status_code == 200
    assert len(answer.json()["items"]) == 1
    assert answer.json()["page_size"] == 1
<%#has_search_fields%>
    assert admin.api("GET", f"{PATH}?q=nothing-like-it").json()["total"] == 0
<%/has_search_fields%>


@pytest.mark.parametrize("query", ["page=-1", "page=x", "page_size=100000", f"page={'9' * 30}"])
def test_impossible_pages_are_refused(admin: Browser, query: str) -> None:
    answer = admin.api("GET", f"{PATH}?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] in ("page", "page_size")
<%#has_filter_fields%>


<%#has_assert_api_filter%>
@pytest.mark.assertion(<%assert_api_filter_q%>)
<%/has_assert_api_filter%>
@pytest.mark.parametrize(
    "field",
    [
<%#filter_fields%>
        "<%field%>",
<%/filter_fields%>
    ],
)
def test_filters_narrow_the_list(admin: Browser, db: Session, field: str) -> None:
    value = getattr(added(db, "<%plural%>"), field)
    wanted = {"page_size": "100"} | ({} if value is None else {field: str(value)})
    found = admin.api("GET", PATH, params=wanted).json()["items"]
    assert value is None or {item[field] for item in found} == {value}
<%/has_filter_fields%>


<%#has_assert_api_read%>
@pytest.mark.assertion(<%assert_api_read_q%>)
<%/has_assert_api_read%>
def test_one_record_is_read_by_its_id(admin: Browser, db: Session) -> None:
    record = added(db, "<%plural%>")
    answer = admin.api("GET", f"{PATH}/{record.id}")
    assert (answer.status_code, answer.json()["id"]) == (200, record.id)
    missing = admin.api("GET", f"{PATH}/999999999")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
    assert admin.api("GET", f"{PATH}/nonsense").status_code == 404


<%#has_assert_api_create%>
@pytest.mark.assertion(<%assert_api_create_q%>)
<%/has_assert_api_create%>
<%#has_assert_api_own%>
@pytest.mark.assertion(<%assert_api_own_q%>)
<%/has_assert_api_own%>
<%#has_assert_api_record%>
@pytest.mark.assertion(<%assert_api_record_q%>)
<%/has_assert_api_record%>
def test_records_are_made_changed_and_deleted(admin: Browser, db: Session) -> None:
    sent = values(db, "<%plural%>")
    made = admin.api("POST", PATH, json=sent)
    assert made.status_code == 201
    address = f"{PATH}/{made.json()['id']}"
<%^has_adjust%>
    changed = admin.api("PATCH", address, json=values(db, "<%plural%>", "valid2"))
    assert changed.status_code == 200
    assert admin.api("PATCH", address, json={}).json() == changed.json()
<%/has_adjust%>
<%#has_adjust%>
    assert admin.api("PATCH", address, json=sent).status_code == 405
<%/has_adjust%>
    assert admin.api("DELETE", address).status_code == 204
    assert admin.api("GET", address).status_code == 404


<%#has_assert_api_validation%>
@pytest.mark.assertion(<%assert_api_validation_q%>)
<%/has_assert_api_validation%>
@pytest.mark.parametrize(
    "field",
    [
<%#fields%>
<%#required%>
<%^is_boolean%>
<%^has_default%>
        "<%field%>",
<%/has_default%>
<%/is_boolean%>
<%/required%>
<%/fields%>
    ],
)
def test_a_missing_field_is_named(admin: Browser, db: Session, field: str) -> None:
    sent = values(db, "<%plural%>")
    del sent[field]
    answer = admin.api("POST", PATH, json=sent)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_what_cannot_be_stored_is_refused(admin: Browser, db: Session) -> None:
    for text in ("\x00", "\x1b", "😀" * 10000):
        sent = values(db, "<%plural%>")
        texts = {name: text for name, value in sent.items() if isinstance(value, str)}
        assert admin.api("POST", PATH, json=sent | texts).status_code in (201, 422)


<%#has_assert_api_closed%>
@pytest.mark.assertion(<%assert_api_closed_q%>)
<%/has_assert_api_closed%>
def test_strangers_need_a_token(anyone: Browser, db: Session) -> None:
    record = added(db, "<%plural%>")
    assert anyone.api("DELETE", f"{PATH}/{record.id}").status_code == 401
<%#is_catalog%>
    assert anyone.api("GET", f"{PATH}/{record.id}").status_code == 200
<%/is_catalog%>
<%^is_catalog%>
    assert anyone.api("GET", PATH).status_code == 401
    assert anyone.api("GET", f"{PATH}/{record.id}").status_code == 401
<%/is_catalog%>
<%^is_inbox%>
    assert anyone.api("POST", PATH, json=values(db, "<%plural%>", "valid2")).status_code == 401
<%/is_inbox%>
<%#is_inbox%>
    assert anyone.api("POST", PATH, json=values(db, "<%plural%>", "valid2")).status_code == <%#is_web%>201<%/is_web%><%#is_api%>401<%/is_api%>
<%/is_inbox%>
<%#has_accounts%>
<%^is_private%>


def test_members_do_not_change_records(member: Browser, db: Session) -> None:
    record = added(db, "<%plural%>")
    assert member.api("DELETE", f"{PATH}/{record.id}").status_code == 403
<%/is_private%>
<%#is_private%>


def test_members_reach_their_own_records_only(member: Browser, member2: Browser, db: Session) -> None:
    made = member.api("POST", PATH, json=values(db, "<%plural%>", owner="member")).json()
    assert made["id"] in [item["id"] for item in member.api("GET", PATH).json()["items"]]
    assert made["id"] not in [item["id"] for item in member2.api("GET", PATH).json()["items"]]
    assert member2.api("DELETE", f"{PATH}/{made['id']}").status_code == 404
    assert member.api("DELETE", f"{PATH}/{made['id']}").status_code == 204
<%/is_private%>
<%/has_accounts%>
<%#has_rules%>
<%#unique_fields%>


<%#has_assert_api_unique%>
@pytest.mark.assertion(<%assert_api_unique_q%>)
<%/has_assert_api_unique%>
def test_<%field%>_is_unique(admin: Browser, db: Session) -> None:
    first = values(db, "<%plural%>")
    assert admin.api("POST", PATH, json=first).status_code == 201
    second = values(db, "<%plural%>", "valid2", <%field%>=first["<%field%>"])
    answer = admin.api("POST", PATH, json=second)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "<%field%>")
<%/unique_fields%>
<%#unique_groups%>


def test_combination_<%index%>_is_unique(admin: Browser, db: Session) -> None:
    first = values(db, "<%plural%>")
    assert admin.api("POST", PATH, json=first).status_code == 201
    group = [<%#group_fields%>"<%group_field%>"<%#not_last%>, <%/not_last%><%/group_fields%>]
    same = {name: first[name] for name in group}
    answer = admin.api("POST", PATH, json=values(db, "<%plural%>", "valid2") | same)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} & set(same)
<%/unique_groups%>
<%#has_capacity%>


def test_capacity_is_kept(admin: Browser, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    first = values(db, "<%plural%>")
    monkeypatch.setattr(service, "CAPACITY", 1_000_000)
    assert admin.api("POST", PATH, json=first).status_code == 201
    monkeypatch.setattr(service, "CAPACITY", first["<%capacity_sum%>"])
    group = [<%#capacity_fields%>"<%capacity_field%>", <%/capacity_fields%>"<%capacity_sum%>"]
    same = {name: first[name] for name in group}
    answer = admin.api("POST", PATH, json=values(db, "<%plural%>", "valid2") | same)
    assert answer.status_code == 422
    assert "<%capacity_sum%>" in [error["field"] for error in answer.json()["errors"]]
<%/has_capacity%>
<%#has_adjust%>


def test_<%adjust_field%>_follows(admin: Browser, db: Session) -> None:
    sent = values(db, "<%plural%>", <%adjust_by%>=3)
    target = added_target(db, sent)
    before = target.<%adjust_field%>
    made = admin.api("POST", PATH, json=sent).json()
    db.refresh(target)
    assert target.<%adjust_field%> == before + 3
    assert admin.api("POST", PATH, json=sent | {"<%adjust_by%>": -1 - target.<%adjust_field%>}).status_code == 422
    assert admin.api("DELETE", f"{PATH}/{made['id']}").status_code == 204
    db.refresh(target)
    assert target.<%adjust_field%> == before


def test_a_change_that_was_used_up_stays(admin: Browser, db: Session) -> None:
    sent = values(db, "<%plural%>", <%adjust_by%>=3)
    target = added_target(db, sent)
    made = admin.api("POST", PATH, json=sent).json()
    target.<%adjust_field%> = 1
    db.commit()
    answer = admin.api("DELETE", f"{PATH}/{made['id']}")
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")


def added_target(db: Session, sent: dict) -> models.<%adjust_class%>:
    return db.get(models.<%adjust_class%>, sent["<%adjust_reference%>"])
<%/has_adjust%>
<%/has_rules%>
<%#has_alert%>


<%#has_assert_alert%>
@pytest.mark.assertion(<%assert_alert_q%>)
<%/has_assert_alert%>
def test_alert_lists_what_is_at_or_below(admin: Browser, db: Session) -> None:
    low = added(db, "<%plural%>", <%alert_field%>=2, <%alert_at_most%>=5)
    found = admin.api("GET", f"{PATH}?alert=true&page_size=100").json()["items"]
    assert low.id in [item["id"] for item in found]
    assert all(item["<%alert_field%>"] <= item["<%alert_at_most%>"] for item in found)
<%/has_alert%>
<%#has_referenced_by%>


@pytest.mark.parametrize(
    ("plural", "field"),
    [
<%#referenced_by%>
        ("<%child_plural%>", "<%child_field%>"),
<%/referenced_by%>
    ],
)
def test_a_record_in_use_is_not_deleted(admin: Browser, db: Session, plural: str, field: str) -> None:
    used = values(db, plural)[field] or added(db, "<%plural%>").id
    added(db, plural, which="valid2", **{field: used})
    answer = admin.api("DELETE", f"{PATH}/{used}")
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
<%/has_referenced_by%>
