"""Reads a page of the site into what the tests ask about: its elements, its texts and its links."""

from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

SITE = Path(__file__).resolve().parent.parent / "site"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parents: tuple[str, ...]
    text: str = ""


@dataclass
class Page(HTMLParser):
    name: str
    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)
        self.source = (SITE / self.name).read_text(encoding="utf-8")
        self.feed(self.source)
        self.close()
        self.unbalanced += [element.tag for element in self.open]

    def handle_starttag(self, tag, attrs):
        parents = tuple(element.tag for element in self.open)
        element = Element(tag, {name: value or "" for name, value in attrs}, parents)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        if self.open and self.open[-1].tag == tag:
            self.open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        for element in self.open:
            element.text += data

    def all(self, *tags):
        return [element for element in self.elements if element.tag in tags]

    def one(self, tag):
        (element,) = self.all(tag)
        return element

    @property
    def ids(self):
        return [element.attributes["id"] for element in self.elements if "id" in element.attributes]

    @property
    def addresses(self):
        """Everything the page links to or loads."""
        return [element.attributes[name] for element in self.elements for name in ("href", "src") if name in element.attributes]

    @property
    def text(self):
        """What a visitor reads, with white space as a browser shows it."""
        return words(self.one("body").text)


def words(text):
    return " ".join(text.split())


def names():
    return sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))


@lru_cache
def page(name):
    return Page(name)
