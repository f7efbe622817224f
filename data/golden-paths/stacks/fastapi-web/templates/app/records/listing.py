"""Searching and paging, the same for every list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.records.fields import UNSTORABLE

PAGE_SIZE = 20
LAST_PAGE = 100_000


@dataclass(frozen=True)
class Page:
    items: list[Any]
    total: int
    number: int
    size: int
<%#is_web%>

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))
<%/is_web%>


def fetch(db: Session, statement: sa.sql.Select, number: int = 1, size: int = PAGE_SIZE) -> Page:
    items = list(db.scalars(statement.limit(size).offset((number - 1) * size)))
    return Page(items, count(db, statement), number, size)


def count(db: Session, statement: sa.sql.Select) -> int:
    return db.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())) or 0
<%#is_web%>


def page_number(raw: str) -> int:
    """The number of a page in a URL; what makes no sense is the first page."""
    return min(int(raw), LAST_PAGE) or 1 if raw.isascii() and raw.isdigit() and len(raw) < 10 else 1
<%/is_web%>


def contains(text: str) -> str:
    """A LIKE pattern (escape sign: backslash) for values that contain the text."""
    text = UNSTORABLE.sub("", text.strip())[:200]
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return f"%{text}%"
