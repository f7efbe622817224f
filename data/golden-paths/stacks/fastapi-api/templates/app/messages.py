"""Texts for people, by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TEXTS = {
    "error_403": "You are not allowed to do this.",
    "invalid_required": "This field is required.",
    "invalid_choose": "Use one of the known values.",
    "invalid_too_long": "Use at most {max} characters.",
    "invalid_characters": "Remove the control characters.",
    "invalid_integer": "Send a whole number.",
    "invalid_number": "Send a number.",
    "invalid_decimals": "Use at most {places} decimal places.",
    "invalid_minimum": "Send {min} or more.",
    "invalid_maximum": "Send {max} or less.",
    "invalid_email": "Send an email address such as name@example.com.",
    "invalid_phone": "Send a phone number such as +1 555 0100.",
    "invalid_url": "Send a web address that starts with https:// or http://.",
    "invalid_date": "Send a date such as 2030-01-31.",
    "invalid_time": "Send a time such as 14:30.",
    "invalid_datetime": "Send a date and time such as 2030-01-31T14:30.",
    "invalid_past": "Send a day that is not in the past.",
    "invalid_taken": "This value is already taken.",
    "invalid_combination": "This combination is already taken.",
    "invalid_capacity": "Not enough room: {left} left.",
    "invalid_stock": "Not possible: only {left} left.",
    "invalid_in_use": "Other records belong to this one.",
}


@dataclass(frozen=True)
class Message:
    """A text that is chosen where the rule stands and worded where it is answered."""

    key: str
    values: tuple[tuple[str, Any], ...] = ()

    def text(self) -> str:
        text = TEXTS[self.key]
        for name, value in self.values:
            text = text.replace(f"{{{name}}}", str(value))
        return text


def message(key: str, **values: Any) -> Message:
    return Message(key, tuple(values.items()))
