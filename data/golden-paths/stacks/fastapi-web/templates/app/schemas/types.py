"""The kinds of values that travel through the API."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

Text = str
Integer = int
Number = float
Boolean = bool
Date = date
Time = time
DateTime = datetime
Amount = Decimal
Money = str  # leaves as "9.50": exact, whatever the reader's language does with numbers


def money(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def given(payload: BaseModel) -> dict[str, Any]:
    """What the client sent, without the fields it left out (pydantic 1 and 2 name this differently)."""
    dump = getattr(payload, "model_dump", None) or payload.dict
    return dump(exclude_unset=True)
