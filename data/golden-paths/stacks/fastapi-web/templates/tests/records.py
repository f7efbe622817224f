"""Valid values of every kind of record, with references to records that exist."""

from __future__ import annotations

import importlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import models
from app.records.fields import Context, clean
from app.security.models import AppUser

HERE = Path(__file__).parent


@cache
def known(plural: str) -> dict[str, Any]:
    return json.loads((HERE / "data" / f"{plural}.json").read_text(encoding="utf-8"))


@cache
def content(plural: str) -> list[dict[str, Any]]:
    return json.loads((HERE.parent / "content" / f"{plural}.json").read_text(encoding="utf-8"))


def values(db: Session, plural: str, which: str = "valid", owner: str = "admin", **changes: Any) -> dict[str, Any]:
    """Values for the API."""
    references = {
        name: None if target == plural else any_id(db, target, owner)
        for name, target in known(plural)["references"].items()
    }
    return known(plural)[which] | references | changes


def form(db: Session, plural: str, which: str = "form", owner: str = "admin", **changes: Any) -> dict[str, str]:
    """The same as a browser sends it."""
    filled = {name: str(value) for name, value in values(db, plural, which, owner, **changes).items()}
    return {name: value for name, value in filled.items() if value not in ("", "False", "None")}


def user_id(db: Session, name: str) -> int:
    return db.scalars(sa.select(AppUser.id).where(AppUser.email == f"{name}@example.com")).one()


def any_id(db: Session, plural: str, owner: str) -> int:
    """A record to refer to; made when there is none."""
    model = getattr(models, known(plural)["class"])
    statement = sa.select(model.id).order_by(model.id)
    if hasattr(model, "owner_id"):
        statement = statement.where(model.owner_id == user_id(db, owner))
    found = db.scalars(statement.limit(1)).first()
    if found is not None:
        return found
    which = "valid" if db.scalar(sa.select(sa.func.count(model.id))) == 0 else "valid2"
    return added(db, plural, owner, which).id


def added(db: Session, plural: str, owner: str = "admin", which: str = "valid", **changes: Any) -> Any:
    fields = importlib.import_module(f"app.services.{plural}").FIELDS
    data = clean(fields, values(db, plural, which, owner, **changes), Context(db))
    record = getattr(models, known(plural)["class"])(**data)
    if hasattr(record, "owner_id"):
        record.owner_id = user_id(db, owner)
    db.add(record)
    db.commit()
    return record
