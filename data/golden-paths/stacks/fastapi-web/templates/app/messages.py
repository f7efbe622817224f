"""Texts for people, by key and language; the catalogues are `locales/*.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LOCALES = Path(__file__).parent / "locales"
DEFAULT_LANGUAGE = <%language_q%>
LANGUAGES = {
<%#languages%>
    <%code_q%>: <%language_name_q%>,
<%/languages%>
}


@dataclass(frozen=True)
class Message:
    """A text that is chosen where the rule stands and worded where the reader's language is known."""

    key: str
    values: tuple[tuple[str, Any], ...] = ()

    def text(self, language: str = DEFAULT_LANGUAGE) -> str:
        return translate(language, self.key, **dict(self.values))


def message(key: str, **values: Any) -> Message:
    return Message(key, tuple(values.items()))


@cache
def catalogue(language: str) -> dict[str, dict[str, str]]:
    return json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))


def translate(language: str, key: str, **values: Any) -> str:
    """The text of a key with its `{placeholders}` filled in."""
    text = catalogue(language)["ui"][key]
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def word(language: str, label: str) -> str:
    """A label of the domain in the reader's language; labels without a translation stay as they are."""
    return catalogue(language)["words"].get(label, label)
