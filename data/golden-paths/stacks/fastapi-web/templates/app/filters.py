"""The filters of a list: what a page offers and what its address asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.messages import translate, word
from app.records.fields import Boolean, Choice, Context, Field, Reference, Rejected

Offer = tuple[str, str, list[tuple[Any, str]]]


def chosen(fields: Iterable[Field], filters: Iterable[str], query: Mapping[str, str], db: Session) -> dict[str, Any]:
    """The filters in an address; a value that cannot be is no filter."""
    values = {}
    for field in fields:
        raw = query.get(field.name, "")
        if field.name in filters and raw:
            try:
                values[field.name] = field.clean(raw, Context(db))
            except Rejected:
                continue
    return values


def offered(fields: Iterable[Field], filters: Mapping[str, str], language: str, db: Session) -> list[Offer]:
    return [
        (field.name, word(language, filters[field.name]), values_of(field, language, db))
        for field in fields
        if field.name in filters
    ]


def values_of(field: Field, language: str, db: Session) -> list[tuple[Any, str]]:
    if isinstance(field, Choice):
        return [(choice, word(language, choice)) for choice in field.choices]
    if isinstance(field, Boolean):
        return [("true", translate(language, "yes")), ("false", translate(language, "no"))]
    return field.options(Context(db)) if isinstance(field, Reference) else []
