"""Content to begin with. As a migration it is added once, and what is deleted later stays deleted."""

import json
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

CONTENT = Path(__file__).parents[2] / "content"
PARSERS = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    time: time.fromisoformat,
    Decimal: Decimal,
    float: float,
}
<%#has_accounts%>
OWNER = {
    "email": "content@example.invalid",
    "name": "Example",
    "role": "member",
    "password_hash": "none",
    "active": False,
}
<%/has_accounts%>


def upgrade() -> None:
    connection = op.get_bind()
    metadata = sa.MetaData()
    metadata.reflect(connection)
    added: dict[str, list[int]] = {}
    for table in metadata.sorted_tables:
        file = CONTENT / f"{table.name}.json"
        records = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
        for record in records:
            values = {name: value_of(table.c[name], value, added) for name, value in record.items()}
            values["created_at"] = datetime.now().replace(microsecond=0)
<%#has_accounts%>
            if "owner_id" in table.c:
                values["owner_id"] = owner(connection, metadata.tables["app_users"])
<%/has_accounts%>
            inserted = connection.execute(table.insert().values(values))
            added.setdefault(table.name, []).append(inserted.inserted_primary_key[0])


def value_of(column: sa.Column, value: object, added: dict[str, list[int]]) -> object:
    """Content is JSON: references count the records of their target from 1, dates may be "+3" days from now."""
    for key in column.foreign_keys:
        return added[key.column.table.name][int(value) - 1]
    kind = column.type.python_type
    if isinstance(value, str) and re.fullmatch(r"[+-]\d+", value) and kind in (date, datetime):
        moment = datetime.now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=int(value))
        return moment if kind is datetime else moment.date()
    return PARSERS[kind](str(value)) if kind in PARSERS else value
<%#has_accounts%>


def owner(connection: sa.engine.Connection, users: sa.Table) -> int:
    """Records of members need one; nobody can sign in to this account."""
    found = connection.scalar(sa.select(users.c.id).where(users.c.email == OWNER["email"]))
    if found is None:
        added = connection.execute(users.insert().values(OWNER | {"created_at": datetime.now()}))
        found = added.inserted_primary_key[0]
    return found
<%/has_accounts%>


def downgrade() -> None:
    """Content is left as it is."""
