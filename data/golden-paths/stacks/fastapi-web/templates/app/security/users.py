"""Accounts: what may be stored about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import one_writer
from app.errors import Invalid
from app.messages import Message, message
from app.records import fields, listing
from app.security.models import AppUser
from app.security.passwords import hash_password
from app.security.permissions import ROLES
from app.security.sessions import close_all

SHORTEST_PASSWORD = 10
FIELDS = (
    fields.Text("name", required=True, max_length=80),
    fields.Email("email", required=True),
    fields.Choice("role", required=True, choices=tuple(ROLES)),
    fields.Boolean("active"),
)


def query(q: str = "") -> sa.sql.Select:
    statement = sa.select(AppUser).order_by(AppUser.name, AppUser.id)
    if q.strip():
        text = listing.contains(q)
        statement = statement.where(
            sa.or_(AppUser.name.ilike(text, escape="\\"), AppUser.email.ilike(text, escape="\\"))
        )
    return statement


def create(db: Session, data: Mapping[str, Any]) -> AppUser:
    values = checked(db, data, password_needed=True)
    user = AppUser(**values, password_hash=hash_password(data["password"]))
    db.add(user)
    db.commit()
    return user


def update(db: Session, user: AppUser, data: Mapping[str, Any], acting: AppUser) -> None:
    values = checked(db, data, own_id=user.id)
    if user.id == acting.id and (values["role"] != user.role or not values["active"]):
        raise Invalid({"role": message("invalid_own_account")})
    for name, value in values.items():
        setattr(user, name, value)
    if data.get("password"):
        user.password_hash = hash_password(data["password"])
    if user.id != acting.id:
        close_all(db, user)
    db.commit()


def checked(db: Session, data: Mapping[str, Any], own_id: int = 0, password_needed: bool = False) -> dict[str, Any]:
    errors: dict[str, Message] = {}
    password = data.get("password", "")
    if (password or password_needed) and len(password) < SHORTEST_PASSWORD:
        errors["password"] = message("invalid_too_short", min=SHORTEST_PASSWORD)
    one_writer(db, "app_users")
    try:
        values = fields.clean(FIELDS, data, fields.Context(db))
    except Invalid as invalid:
        raise Invalid(invalid.errors | errors) from None
    values["email"] = values["email"].lower()
    if db.scalar(sa.select(AppUser.id).where(AppUser.email == values["email"], AppUser.id != own_id)):
        errors["email"] = message("invalid_email_taken")
    if errors:
        raise Invalid(errors)
    return values
