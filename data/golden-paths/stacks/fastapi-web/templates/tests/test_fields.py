"""Every kind of field: what it takes and what it refuses."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.clock import today
from app.errors import Invalid
from app.records import fields, listing
from app.security.models import AppUser

TODAY = today()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("field", "raw", "stored"),
    [
        (fields.Text("x"), "  a\r\nb ", "a b"),
        (fields.Text("x"), "   ", None),
        (fields.Text("x"), None, None),
        (fields.Text("x", max_length=2), "😀😀", "😀😀"),
        (fields.LongText("x"), "a\r\nb", "a\nb"),
        (fields.Email("x"), "a.b+c@example.com", "a.b+c@example.com"),
        (fields.Phone("x"), "+1 (555) 010-0", "+1 (555) 010-0"),
        (fields.Url("x"), "https://example.com/a?b=c", "https://example.com/a?b=c"),
        (fields.Choice("x", choices=("A", "B")), "B", "B"),
        (fields.Boolean("x"), "on", True),
        (fields.Boolean("x"), None, False),
        (fields.Integer("x"), "-7", -7),
        (fields.Number("x"), "2,5", Decimal("2.5")),
        (fields.Money("x"), "9.50", Decimal("9.50")),
        (fields.Date("x"), "2030-01-31", date(2030, 1, 31)),
        (fields.Date("x", future=True), TODAY, TODAY),
        (fields.Time("x"), "14:30", time(14, 30)),
        (fields.DateTime("x", future=True), "2099-01-31T14:30", datetime(2099, 1, 31, 14, 30)),
        (fields.Reference("x", model=AppUser), "1", 1),
    ],
)
def test_good_values_are_stored(db: Session, field: fields.Field, raw: Any, stored: Any) -> None:
    assert fields.clean([field], {"x": raw}, fields.Context(db)) == {"x": stored}


@pytest.mark.parametrize(
    ("field", "raw", "complaint"),
    [
        (fields.Text("x", required=True), " ", "invalid_required"),
        (fields.Text("x"), "a\x00b", "invalid_characters"),
        (fields.Text("x"), "a\ud800b", "invalid_characters"),
        (fields.Text("x", max_length=3), "abcd", "invalid_too_long"),
        (fields.Email("x"), "nobody", "invalid_email"),
        (fields.Email("x"), "a@b@c.de", "invalid_email"),
        (fields.Phone("x"), "call me", "invalid_phone"),
        (fields.Url("x"), "javascript:alert(1)", "invalid_url"),
        (fields.Choice("x", choices=("A",)), "C", "invalid_choose"),
        (fields.Integer("x"), "1.5", "invalid_integer"),
        (fields.Integer("x"), "9" * 40, "invalid_integer"),
        (fields.Integer("x"), "9999999999", "invalid_maximum"),
        (fields.Integer("x", minimum="1"), "0", "invalid_minimum"),
        (fields.Number("x"), "NaN", "invalid_number"),
        (fields.Number("x"), "1e999999", "invalid_number"),
        (fields.Number("x"), "many", "invalid_number"),
        (fields.Money("x"), "1.005", "invalid_decimals"),
        (fields.Date("x"), "2030-02-31", "invalid_date"),
        (fields.Date("x", future=True), YESTERDAY, "invalid_past"),
        (fields.Time("x"), "99:99", "invalid_time"),
        (fields.DateTime("x"), "soon", "invalid_datetime"),
        (fields.DateTime("x", future=True), "2001-01-31T14:30", "invalid_past"),
        (fields.Reference("x", model=AppUser), "999999", "invalid_choose"),
        (fields.Reference("x", model=AppUser), "1; --", "invalid_choose"),
    ],
)
def test_bad_values_are_refused(db: Session, field: fields.Field, raw: Any, complaint: str) -> None:
    with pytest.raises(Invalid) as refused:
        fields.clean([field], {"x": raw}, fields.Context(db))
    assert refused.value.errors["x"].key == complaint


def test_a_day_that_has_passed_may_stay(db: Session) -> None:
    kept = fields.Context(db, current={"x": YESTERDAY})
    assert fields.clean([fields.Date("x", future=True)], {"x": YESTERDAY}, kept) == {"x": YESTERDAY}


def test_words_of_a_search_are_taken_literally() -> None:
    assert listing.contains(" 5%_\\ ") == "%5\\%\\_\\\\%"
