"""What a value of each kind of field must look like, for forms and for the API alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

<%#is_web%>
import sqlalchemy as sa
<%/is_web%>
from sqlalchemy.orm import Session

from app.clock import today
from app.database import find
from app.errors import Invalid
from app.messages import Message, message

LARGEST_INTEGER = 2**31 - 1
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LINE_BREAK = re.compile(r"\s*[\r\n]\s*")


class Rejected(Exception):
    def __init__(self, key: str, **values: Any) -> None:
        self.message = message(key, **values)


@dataclass(frozen=True)
class Context:
    """Where a value is going to: the database, the member whose records may be referred to (staff: all), and the
    values that stand there now."""

    db: Session
    owner_id: int | None = None
    current: Mapping[str, Any] = field(default_factory=dict)

    def keeps(self, name: str, value: Any) -> bool:
        return self.current.get(name) == value


@dataclass(frozen=True)
class Field:
    name: str
    required: bool = False

    def clean(self, raw: Any, context: Context) -> Any:
        if isinstance(raw, str):
            raw = raw.strip()
        if raw is None or raw == "":
            if self.required:
                raise Rejected("invalid_required")
            return None
        return self.convert(raw, context)

    def convert(self, raw: Any, context: Context) -> Any:
        raise NotImplementedError


@dataclass(frozen=True)
class Text(Field):
    max_length: int = 200

    def convert(self, raw: Any, context: Context) -> str:
        text = self.lines(str(raw))
        if UNSTORABLE.search(text):
            raise Rejected("invalid_characters")
        if len(text) > self.max_length:
            raise Rejected("invalid_too_long", max=self.max_length)
        return text

    def lines(self, text: str) -> str:
        return LINE_BREAK.sub(" ", text)


@dataclass(frozen=True)
class LongText(Text):
    max_length: int = 5000

    def lines(self, text: str) -> str:
        return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Pattern(Text):
    """A text of a known shape."""

    def convert(self, raw: Any, context: Context) -> str:
        text = super().convert(raw, context)
        if not self.shape.fullmatch(text):
            raise Rejected(self.complaint)
        return text


@dataclass(frozen=True)
class Email(Pattern):
    max_length: int = 254
    shape = re.compile(r"[^@\s<>()\[\],;:\"\\]+@[^@\s<>()\[\],;:\"\\]+\.[^@\s.<>()\[\],;:\"\\]{2,}")
    complaint = "invalid_email"


@dataclass(frozen=True)
class Phone(Pattern):
    max_length: int = 40
    shape = re.compile(r"\+?[\d\s()./-]{4,}")
    complaint = "invalid_phone"


@dataclass(frozen=True)
class Url(Pattern):
    max_length: int = 500
    shape = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
    complaint = "invalid_url"


@dataclass(frozen=True)
class Choice(Field):
    choices: tuple[str, ...] = ()

    def convert(self, raw: Any, context: Context) -> str:
        if raw not in self.choices:
            raise Rejected("invalid_choose")
        return str(raw)


@dataclass(frozen=True)
class Boolean(Field):
    def clean(self, raw: Any, context: Context) -> bool:
        return raw is True or str(raw).lower() in {"on", "true", "1", "yes"}


@dataclass(frozen=True)
class Number(Field):
    minimum: str | None = None
    maximum: str | None = None
    places: int = 4
    largest = Decimal(10) ** 9

    def convert(self, raw: Any, context: Context) -> Any:
        value = self.parse(str(raw))
        low = -self.largest if self.minimum is None else Decimal(self.minimum)
        high = self.largest if self.maximum is None else Decimal(self.maximum)
        if value < low:
            raise Rejected("invalid_minimum", min=low)
        if value > high:
            raise Rejected("invalid_maximum", max=high)
        return value

    def parse(self, text: str) -> Decimal:
        try:
            value = Decimal(text.replace(",", "."))
        except InvalidOperation:
            raise Rejected("invalid_number") from None
        if not value.is_finite() or abs(value) > self.largest * 10:
            raise Rejected("invalid_number")
        if value != round(value, self.places):
            raise Rejected("invalid_decimals", places=self.places)
        return value


@dataclass(frozen=True)
class Money(Number):
    places: int = 2


@dataclass(frozen=True)
class Integer(Number):
    places: int = 0
    largest = Decimal(LARGEST_INTEGER)

    def convert(self, raw: Any, context: Context) -> int:
        return int(super().convert(raw, context))

    def parse(self, text: str) -> Decimal:
        if not re.fullmatch(r"[+-]?[0-9]{1,12}", text):
            raise Rejected("invalid_integer")
        return Decimal(text)


@dataclass(frozen=True)
class Date(Field):
    future: bool = False

    def convert(self, raw: Any, context: Context) -> date:
        value = from_iso(date, raw, "invalid_date")
        if self.future and value < today() and not context.keeps(self.name, value):
            raise Rejected("invalid_past")
        return value


@dataclass(frozen=True)
class Time(Field):
    def convert(self, raw: Any, context: Context) -> time:
        return from_iso(time, raw, "invalid_time").replace(tzinfo=None)


@dataclass(frozen=True)
class DateTime(Field):
    future: bool = False

    def convert(self, raw: Any, context: Context) -> datetime:
        value = from_iso(datetime, raw, "invalid_datetime").replace(tzinfo=None)
        if self.future and value.date() < today() and not context.keeps(self.name, value):
            raise Rejected("invalid_past")
        return value


def from_iso(kind: Any, raw: Any, complaint: str) -> Any:
    if type(raw) is kind:
        return raw
    try:
        return kind.fromisoformat(str(raw))
    except ValueError:
        raise Rejected(complaint) from None


@dataclass(frozen=True)
class Reference(Field):
    model: Any = None

    def convert(self, raw: Any, context: Context) -> int:
        if not re.fullmatch(r"[0-9]{1,10}", str(raw)) or not self.allowed(int(raw), context):
            raise Rejected("invalid_choose")
        return int(raw)

    def allowed(self, record_id: int, context: Context) -> bool:
        record = find(context.db, self.model, record_id)
        if record is None:
            return False
        return context.owner_id is None or getattr(record, "owner_id", context.owner_id) == context.owner_id
<%#is_web%>

    def options(self, context: Context) -> list[tuple[int, str]]:
        """What a form offers to choose from."""
        statement = sa.select(self.model).order_by(self.model.id).limit(500)
        if context.owner_id is not None and hasattr(self.model, "owner_id"):
            statement = statement.where(self.model.owner_id == context.owner_id)
        return [(record.id, str(record)) for record in context.db.scalars(statement)]
<%/is_web%>


def clean(fields: Iterable[Field], data: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The values to store, or `Invalid` with a message for each field that breaks its rule."""
    values: dict[str, Any] = {}
    errors: dict[str, Message] = {}
    for one in fields:
        try:
            values[one.name] = one.clean(data.get(one.name), context)
        except Rejected as rejected:
            errors[one.name] = rejected.message
    if errors:
        raise Invalid(errors)
    return values
<%#is_web%>


def options(fields: Iterable[Field], context: Context) -> dict[str, list[tuple[int, str]]]:
    return {one.name: one.options(context) for one in fields if isinstance(one, Reference)}
<%/is_web%>
