from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.browser import Browser
from tests.records import added

PAGE = "/<%slug%>"


<%#has_assert_browse%>
@pytest.mark.assertion(<%assert_browse_q%>)
<%/has_assert_browse%>
def test_anyone_browses(anyone: Browser, db: Session) -> None:
    record = added(db, "<%plural%>")
    answer = anyone.get(f"{PAGE}?page=1")
    assert answer.status_code == 200
    assert f'href="{PAGE}/' in answer.text
    assert record.id
<%#has_search_fields%>


<%#has_assert_search%>
@pytest.mark.assertion(<%assert_search_q%>)
<%/has_assert_search%>
def test_search_finds_what_matches(anyone: Browser, db: Session) -> None:
    record = added(db, "<%plural%>", <%#search_fields%><%#first%><%field%><%/first%><%/search_fields%>="Zyx_100%")
    link = f'href="{PAGE}/{record.id}"'
    assert link in anyone.get(f"{PAGE}?q=zyx_100%25").text
    assert link not in anyone.get(f"{PAGE}?q=zyxa100").text
    assert link not in anyone.get(f"{PAGE}?q=nothing-like-it").text
<%/has_search_fields%>


<%#has_assert_paginate%>
@pytest.mark.assertion(<%assert_paginate_q%>)
<%/has_assert_paginate%>
@pytest.mark.parametrize("page", ["1", "-1", "0", "9999", "nonsense", "9" * 30, "%00", "²"])
def test_any_page_number_is_harmless(anyone: Browser, page: str) -> None:
    assert anyone.get(f"{PAGE}?page={page}").status_code == 200


<%#has_assert_detail%>
@pytest.mark.assertion(<%assert_detail_q%>)
<%/has_assert_detail%>
def test_each_record_has_a_page(anyone: Browser, db: Session) -> None:
    record = added(db, "<%plural%>")
    assert anyone.get(f"{PAGE}/{record.id}").status_code == 200


<%#has_assert_detail%>
@pytest.mark.assertion(<%assert_detail_q%>)
<%/has_assert_detail%>
@pytest.mark.parametrize("missing", ["999999999", "9" * 30, "0", "abc", "1'--", "%00"])
def test_what_is_missing_is_not_found(anyone: Browser, missing: str) -> None:
    assert anyone.get(f"{PAGE}/{missing}").status_code == 404
<%#has_filter_fields%>


def test_filters_narrow_the_list(anyone: Browser, db: Session) -> None:
    record = added(db, "<%plural%>")
<%#filter_fields%>
    found = anyone.get(PAGE, params={"<%field%>": str(record.<%field%>)})
    assert found.status_code == 200
    assert anyone.get(PAGE, params={"<%field%>": "no such value"}).status_code == 200
<%/filter_fields%>
<%/has_filter_fields%>
